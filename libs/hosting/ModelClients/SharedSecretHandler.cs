using Sgasa.Hosting.Security;

namespace Sgasa.Hosting.ModelClients;

/// <summary>Adds the shared secret to every call.</summary>
internal sealed class SharedSecretHandler(HttpMessageHandler inner, string secret) : DelegatingHandler(inner)
{
    private readonly string _header = SharedSecret.Header(secret);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation("authorization", _header);
        return base.SendAsync(request, cancellationToken);
    }
}
