using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sgasa.Api.Deployments;
using Sgasa.Artifacts.Files;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Models;
using Sgasa.Coordinator;
using Sgasa.Coordinator.Api.Endpoints;
using Sgasa.Coordinator.Settings;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Trainer;

namespace Sgasa.Cli.Tests.Remote;

/// <summary>A deployment that really listens on the loopback interface.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    /// <summary>A key of its API.</summary>
    public const string Key = "0123456789abcdef-key";

    private readonly WebApplication _app;
    private readonly SocketFolder _sockets;

    private Deployment(WebApplication app, SocketFolder sockets) => (_app, _sockets) = (app, sockets);

    /// <summary>Where its API is.</summary>
    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
        .Single(a => a.Contains("127.0.0.1", StringComparison.Ordinal));

    /// <summary>Where its trainer is, for who is within.</summary>
    public string Trainer => _sockets.Address;

    /// <summary>What it was asked so far.</summary>
    public IReadOnlyCollection<string> Requests => _app.Services.GetRequiredService<RequestList>();

    /// <summary>Its services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>All services, with the tiny model.</summary>
    /// <param name="folder">What it keeps.</param>
    /// <param name="port">Its port; 0 for a free one.</param>
    public static Task<Deployment> StartAsync(TemporaryFolder folder, int port = 0) => StartAsync(
        port,
        (services, trainer) => services
            .AddAllServices(folder["server.db"], trainer, options =>
            {
                options.ModelFolder = ModelChoice.TinyFolder;
                options.DataFolder = folder["trainer"];
            })
            .AddCoordinatorApi()
            .AddSingleton<IFileStore>(new FolderFileStore(folder["files"], maxSetBytes: 1 << 30, TimeProvider.System)),
        static app => app.MapTrainer());

    /// <summary>A coordinator alone, whose rounds stand still.</summary>
    /// <param name="folder">What it keeps.</param>
    /// <param name="configure">Its API's options.</param>
    public static Task<Deployment> StartIdleAsync(TemporaryFolder folder, Action<ApiOptions>? configure = null) => StartAsync(
        port: 0,
        (services, _) => services
            .AddSgasaDefaults()
            .AddSqliteStores(folder["server.db"])
            .AddSingleton<IBaseModel, Model>()
            .AddSingleton<IBrokerQueues, Broker>()
            .AddSgasaBus(static _ => { }, bus => bus.AddCoordinatorConsumers())
            .AddCoordinator()
            .AddCoordinatorApi()
            .Configure(configure ?? (static _ => { })));

    /// <summary>A port that nobody listens on just now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _sockets.Dispose();
    }

    private static async Task<Deployment> StartAsync(
        int port, Action<IServiceCollection, string> add, Action<WebApplication>? map = null)
    {
        var sockets = SocketFolder.Create();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            if (map is not null) kestrel.ListenForTrainer(sockets.Address);
            kestrel.Listen(IPAddress.Loopback, port, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Logging.ClearProviders();
        builder.Services.AddRouting().AddSingleton<RequestList>();
        add(builder.Services, sockets.Address);
        var app = builder.Build();
        app.Use((context, next) =>
        {
            var (list, request) = (context.RequestServices.GetRequiredService<RequestList>(), context.Request);
            list.Enqueue($"{request.Method} {request.Path}{request.QueryString}");
            return next(context);
        });
        map?.Invoke(app);
        app.MapCoordinator();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Deployment(app, sockets);
    }

    private sealed class RequestList : ConcurrentQueue<string>;

    private sealed class Model : IBaseModel
    {
        public Task<BaseModelInfo> GetAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new BaseModelInfo("some-model", new string('f', 64), 4_096));
    }

    private sealed class Broker : IBrokerQueues
    {
        private readonly List<QueueFault> _faults =
        [
            new()
            {
                Id = "fault-1",
                Queue = "augment-prompts",
                MessageType = "AugmentPrompts",
                RoundId = "r-1",
                Work = "AugmentPrompts Harmful 3",
                Reason = "The model is gone.",
                FaultedAt = DateTimeOffset.UnixEpoch,
            },
        ];

        public Task<IReadOnlyList<QueueState>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<QueueState>>(
            [
                new() { Name = "advance-round", Waiting = 0, Consumers = 2, Faulted = 0 },
                new() { Name = "augment-prompts", Waiting = 7, Consumers = 3, Faulted = 1 },
            ]);

        public Task<IReadOnlyList<QueueFault>> ListFaultsAsync(int limit, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<QueueFault>>([.. _faults.Take(limit)]);

        public Task<int> RequeueAsync(string idOrQueue, CancellationToken cancellationToken) =>
            DropAsync(idOrQueue, cancellationToken);

        public Task<int> DropAsync(string idOrQueue, CancellationToken cancellationToken) =>
            Task.FromResult(_faults.RemoveAll(f => f.Id == idOrQueue || f.Queue == idOrQueue));
    }
}
