using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Hosting.Tests.ModelClients;

/// <summary>A real gRPC server in this process, on a Unix socket or a loopback port, with a fake model behind it.</summary>
internal sealed class GenerationServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sgasa-test-").FullName;
    private readonly WebApplication _app;

    private GenerationServer(bool tcp)
    {
        var socket = Path.Combine(_folder, "trainer.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (tcp)
                kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            else
                kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton(Model);
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = TrainerAddress.MaxMessageBytes);
        _app = builder.Build();
        _app.MapGrpcService<FakeGeneration>();
        Address = $"unix:{socket}";
    }

    public FakeGeneration Model { get; } = new();

    public string Address { get; private set; }

    public static async Task<GenerationServer> StartAsync(bool tcp = false)
    {
        var server = new GenerationServer(tcp);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        if (tcp)
            server.Address = server._app.Urls.Single();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
