using System.Net;
using Microsoft.Extensions.Options;
using Sgasa.Api;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Security;
using Yarp.ReverseProxy.Forwarder;

namespace Sgasa.Coordinator.Api.Endpoints;

/// <summary>
/// Passes gRPC-Web calls on to the trainer's <c>Training</c> and <c>Generation</c> services: whoever may write needs no way to the trainer
/// itself, nor its secret.
/// </summary>
internal sealed class TrainerCalls : IDisposable
{
    private static readonly HashSet<string> Paths =
    [
        .. from service in new[] { Contracts.Grpc.Training.Descriptor, Contracts.Grpc.Generation.Descriptor }
           from method in service.Methods
           select $"/{service.FullName}/{method.Name}",
    ];

    // A training is watched for as long as it takes; a call that says nothing for so long is broken.
    private static readonly ForwarderRequestConfig Patient = new()
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = TimeSpan.FromHours(1),
    };

    private readonly IHttpForwarder _forwarder;
    private readonly string? _address;
    private readonly Lazy<HttpMessageInvoker> _trainer;

    public TrainerCalls(
        IHttpForwarder forwarder, IOptions<ModelClientsOptions> models, IOptions<SecurityOptions> security)
    {
        var generator = models.Value.Generator;
        _forwarder = forwarder;
        _address = generator is { Kind: ModelEndpointKind.Trainer, Address: { Length: > 0 } address } ? address : null;
        _trainer = new(() => new HttpMessageInvoker(TrainerAddress.Handler(_address!, security.Value)));
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(ApiRoot.Trainer + "/{service}/{method}", ForwardAsync).ExcludeFromDescription();

    public void Dispose()
    {
        if (_trainer.IsValueCreated) _trainer.Value.Dispose();
    }

    private static async Task ForwardAsync(string service, string method, HttpContext context, TrainerCalls calls)
    {
        var path = $"/{service}/{method}";
        if (!Paths.Contains(path))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (calls._address is null)
        {
            throw new ModelUnavailableException(
                "This coordinator knows no trainer. Set Models:Generator:Address to the trainer's address.");
        }

        var root = TrainerAddress.Root(calls._address).GetLeftPart(UriPartial.Authority);
        await calls._forwarder.SendAsync(
            context, root, calls._trainer.Value, Patient, new Call(path));
    }

    /// <summary>A call at the trainer: under its own path, and without what was shown to this API.</summary>
    private sealed class Call(string path) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.RequestUri = new Uri(destinationPrefix + path);
            proxyRequest.Headers.Host = null;
            proxyRequest.Headers.Authorization = null;
            foreach (var name in (string[])["X-Api-Key", "Cookie"]) proxyRequest.Headers.Remove(name);
        }
    }
}
