using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Trainer.Tests;

/// <summary>A Kestrel in this process that serves gRPC on a Unix socket, and a channel to it.</summary>
internal sealed class GrpcServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private GrpcServer(WebApplication app, GrpcChannel channel) => (_app, _channel) = (app, channel);

    public Training.TrainingClient Training => new(_channel);

    public Generation.GenerationClient Generation => new(_channel);

    public IServiceProvider Services => _app.Services;

    public static async Task<GrpcServer> StartAsync(
        string folder, Action<IServiceCollection> services, Action<WebApplication> map)
    {
        var socket = Path.Combine(folder, "private", "grpc.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenForTrainer("unix:" + socket));
        services(builder.Services);
        var app = builder.Build();
        map(app);
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new GrpcServer(app, TrainerAddress.Connect("unix:" + socket));
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
