using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Security;
using Sgasa.Trainer.Serving;
using Sgasa.Trainer.Tests.Jobs;
using Sgasa.Trainer.Trainings;

namespace Sgasa.Trainer.Tests;

/// <summary>Who may call the trainer over TCP.</summary>
public sealed class CallerTests : IAsyncDisposable
{
    private const string Secret = "a-secret-of-this-test-alone";

    private readonly TemporaryFolder _folder = new();
    private WebApplication? _app;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("another-secret-altogether")]
    public async Task Call_WithoutTheSecret_IsUnauthenticated(string secret)
    {
        var address = await ServeAsync(new SecurityOptions { SharedSecret = Secret });

        var fault = await FaultAsync(address, new SecurityOptions { SharedSecret = secret });

        fault.ShouldNotBeNull().StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task Call_WithTheSecret_IsAnswered()
    {
        var address = await ServeAsync(new SecurityOptions { SharedSecret = Secret });

        var fault = await FaultAsync(address, new SecurityOptions { SharedSecret = Secret });

        fault.ShouldBeNull();
    }

    [Fact]
    public async Task Call_OverASocket_NeedsNoSecret()
    {
        var socket = "unix:" + Path.Combine(_folder, "s", "grpc.sock");
        var address = await ServeAsync(new SecurityOptions { SharedSecret = Secret }, socket);

        var fault = await FaultAsync(address, new SecurityOptions());

        fault.ShouldBeNull();
    }

    [Fact]
    public async Task Call_LargerThanTheLimit_IsRefused()
    {
        var address = await ServeAsync(new SecurityOptions { SharedSecret = Secret });
        using var channel = TrainerAddress.Connect(address, new SecurityOptions { SharedSecret = Secret });
        // The client has the same limit: without it the server must hold its own.
        using var handler = new SocketsHttpHandler();
        using var unlimited = GrpcChannel.ForAddress(
            address, new GrpcChannelOptions { HttpHandler = handler, MaxSendMessageSize = null });
        var headers = new Metadata { { "authorization", SharedSecret.Header(Secret) } };
        var huge = new TrainingJobRequest { JobId = new string('x', TrainerAddress.MaxMessageBytes + 1) };

        var ours = await Should.ThrowAsync<RpcException>(
            async () => await new Training.TrainingClient(channel).GetAsync(huge, cancellationToken: Ct));
        var others = await Should.ThrowAsync<RpcException>(
            async () => await new Training.TrainingClient(unlimited).GetAsync(huge, headers, cancellationToken: Ct));

        ours.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        others.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Call_WithACertificateOfTheAuthority_IsAnswered()
    {
        using var authority = new PrivateAuthority(_folder, "ours");
        var (server, client) = (authority.Issue(server: true), authority.Issue(server: false));
        (server.CaFile, client.CaFile) = (authority.File, authority.File);
        var address = await ServeAsync(new SecurityOptions { Tls = server }, "https://127.0.0.1:0");

        var fault = await FaultAsync(address, new SecurityOptions { Tls = client });

        fault.ShouldBeNull();
    }

    [Theory]
    [InlineData("none")]
    [InlineData("a stranger's")]
    [InlineData("a server's")]
    public async Task Call_WithAnotherCertificate_IsRefused(string certificate)
    {
        using var authority = new PrivateAuthority(_folder, "ours");
        using var stranger = new PrivateAuthority(_folder, "theirs");
        var server = authority.Issue(server: true);
        server.CaFile = authority.File;
        var address = await ServeAsync(new SecurityOptions { Tls = server }, "https://127.0.0.1:0");
        var client = certificate switch
        {
            "none" => new TlsOptions(),
            "a server's" => authority.Issue(server: true),
            _ => stranger.Issue(server: false),
        };
        client.CaFile = authority.File;

        var fault = await FaultAsync(address, new SecurityOptions { Tls = client });

        fault.ShouldNotBeNull().StatusCode.ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
    }

    [Fact]
    public async Task Call_ToATrainerOfAnotherAuthority_IsNotMade()
    {
        using var authority = new PrivateAuthority(_folder, "ours");
        using var stranger = new PrivateAuthority(_folder, "theirs");
        var address = await ServeAsync(new SecurityOptions { Tls = stranger.Issue(server: true) }, "https://127.0.0.1:0");

        var fault = await FaultAsync(address, new SecurityOptions { Tls = { CaFile = authority.File } });

        fault.ShouldNotBeNull().StatusCode.ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Serves the training service at the address; every job is unknown to it.</summary>
    private async Task<string> ServeAsync(SecurityOptions security, string listen = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenForTrainer(listen, security));
        builder.Services.AddTrainerGrpc().AddTrainingJobs().AddSingleton<ITrainings>(new ScriptedTrainings())
            .AddSqliteStores(Path.Combine(_folder, "test.db"))
            .Configure<TrainerOptions>(o => o.DataFolder = _folder);
        _app = builder.Build();
        _app.MapGrpcService<TrainingService>().RequireSharedSecret(security);
        await _app.StartAsync(Ct);
        return listen.StartsWith("unix:", StringComparison.Ordinal) ? listen : _app.Urls.Single();
    }

    /// <summary>What stands in the way of a call; null when it reached the service, which says that there is no such job.</summary>
    private static async Task<RpcException?> FaultAsync(string address, SecurityOptions security)
    {
        using var channel = TrainerAddress.Connect(address, security);
        try
        {
            await new Training.TrainingClient(channel).GetAsync(
                new TrainingJobRequest { JobId = "none" }, cancellationToken: Ct);
        }
        catch (RpcException fault)
        {
            return fault.StatusCode == StatusCode.NotFound ? null : fault;
        }

        throw new InvalidOperationException("A job that nobody submitted was found.");
    }
}
