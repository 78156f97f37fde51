using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Sgasa.Integration.Tests.Wire;

/// <summary>Stands in front of the trainer's gRPC for one replica: each call passes the switchboard before it is made.</summary>
internal sealed class ModelForwarder : IAsyncDisposable
{
    // A held answer is no reason to give a call up.
    private static readonly ForwarderRequestConfig Patient = new()
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = TimeSpan.FromHours(1),
    };

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
    });

    private readonly WebApplication _app;

    private ModelForwarder(WebApplication app) => _app = app;

    /// <summary>The address that the replica calls.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Starts one.</summary>
    /// <param name="switchboard">What decides about what passes.</param>
    /// <param name="replica">Who calls.</param>
    /// <param name="trainer">The trainer's address.</param>
    public static async Task<ModelForwarder> StartAsync(Switchboard switchboard, string replica, string trainer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        builder.WebHost.ConfigureKestrel(server =>
            server.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var forwarder = new ModelForwarder(app);
        app.Run(context => forwarder.ForwardAsync(context, switchboard, replica, trainer));
        await app.StartAsync();
        return forwarder;
    }

    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource())
        {
            await now.CancelAsync();
            await _app.StopAsync(now.Token);
        }

        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context, Switchboard switchboard, string replica, string trainer)
    {
        var method = context.Request.Path.Value!.Split('/')[^1];
        var call = new Passage(replica, Route.Model, PassageKind.Call, method, static () => "{}");
        try
        {
            if (!await switchboard.PassAsync(call, context.RequestAborted))
            {
                context.Abort();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            return; // the caller has gone
        }

        var forwarder = context.RequestServices.GetRequiredService<IHttpForwarder>();
        await forwarder.SendAsync(context, trainer, _http, Patient, HttpTransformer.Empty);
    }
}
