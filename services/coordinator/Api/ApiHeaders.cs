using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Sgasa.Coordinator.Api.Endpoints;

namespace Sgasa.Coordinator.Api;

/// <summary>Limits how long a request may be, and says with every answer of the API that it is data and nobody's page.</summary>
internal sealed class ApiHeaders(RequestDelegate next, IOptions<ApiOptions> options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = options.Value.MaxRequestBytes;
        // At the last moment: a fault clears what was set before it.
        context.Response.OnStarting(static response => Protect((HttpResponse)response), context.Response);
        return next(context);
    }

    private static Task Protect(HttpResponse response)
    {
        var headers = response.Headers;
        headers["Sgasa-Version"] = ServerEndpoints.Version;
        headers.CacheControl = "no-store";
        headers.Remove(HeaderNames.Expires);
        headers.Remove(HeaderNames.Pragma);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        return Task.CompletedTask;
    }
}
