using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Sgasa.Coordinator.Api;

/// <summary>
/// Stands before every endpoint of the API: lets in who may, limits what is sent, and says of every mistake and fault in
/// a problem document what is wrong and what to do.
/// </summary>
internal sealed class ApiGate(
    RequestDelegate next, ApiCredentials credentials, IOptions<ApiOptions> options, ILogger<ApiGate> logger)
{
    /// <summary>The caller, for those behind the gate.</summary>
    public static ApiCaller CallerOf(HttpContext context) =>
        context.Features.Get<ApiCaller>() ?? new ApiCaller("", ApiAccess.None);

    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        // By the endpoint as well as by the path: what belongs to the API is closed however it was reached.
        var isApi = context.GetEndpoint()?.Metadata.GetMetadata<ApiEndpoint>() is not null;
        if (!isApi && !context.Request.Path.StartsWithSegments(CoordinatorApi.Root))
        {
            await next(context);
            return;
        }

        Protect(context.Response.Headers);
        try
        {
            await LetInAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            if (ApiProblems.StatusOf(fault) == StatusCodes.Status500InternalServerError)
                logger.RequestFailed(fault, context.Request.Method, $"{context.GetEndpoint()}");
            await ApiProblems.Of(fault, context.TraceIdentifier).ExecuteAsync(context);
        }
    }

    private async Task LetInAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = options.Value.MaxRequestBytes;

        var caller = await credentials.IdentifyAsync(context);
        context.Features.Set(caller);
        if (caller.Access == ApiAccess.None)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ApiRefusedException(
                StatusCodes.Status401Unauthorized,
                "The API asks for a key. Send it as 'Authorization: Bearer KEY'; the tool takes it from SGASA_API_KEY or " +
                "--api-key-file.");
        }

        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (caller.Access == ApiAccess.Read && !reads)
            throw new ApiRefusedException(StatusCodes.Status403Forbidden, "This key may only read. Use one that may write.");

        await next(context);
        // What routing and binding refuse comes without a word.
        if (!context.Response.HasStarted && context.Response.StatusCode is >= 400 and var status)
            throw new ApiRefusedException(status, ApiProblems.DetailOf(status));
    }

    private static void Protect(IHeaderDictionary headers)
    {
        headers["Sgasa-Version"] = CoordinatorApi.Version;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
    }
}

/// <summary>Marks the endpoints that the gate keeps.</summary>
internal sealed class ApiEndpoint;
