using Microsoft.AspNetCore.Authorization;
using Sgasa.Api;
using Sgasa.Coordinator.Api.Endpoints;
using Sgasa.Coordinator.Api.Problems;
using Sgasa.Coordinator.Api.Security;

namespace Sgasa.Coordinator.Api;

/// <summary>The HTTP API of the coordinator, version 1: what a request goes through, and where it ends.</summary>
internal static class CoordinatorApi
{
    // Whatever is asked for under the API's path, only those hear an answer who may read.
    private static readonly EndpointMetadataCollection Closed = new(new AuthorizeAttribute(ApiPolicies.Read));

    /// <summary>Puts what belongs to every request of the API before the endpoints.</summary>
    public static void Use(IApplicationBuilder app)
    {
        app.UseWhen(IsApi, static api => api
            .UseMiddleware<ApiHeaders>()
            .UseExceptionHandler()
            .UseStatusCodePages(static bare =>
                ApiProblems.Of(bare.HttpContext.Response.StatusCode).ExecuteAsync(bare.HttpContext)));
        app.Use(CloseAsync);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
    }

    /// <summary>Maps every endpoint: who may only read may GET, and nothing else.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup(ApiRoot.Path);
        ((IEndpointConventionBuilder)api).Finally(static endpoint => endpoint.Metadata.Add(new AuthorizeAttribute(
            endpoint.Metadata.OfType<IHttpMethodMetadata>().All(m => m.HttpMethods.All(HttpMethods.IsGet))
                ? ApiPolicies.Read
                : ApiPolicies.Write)));
        ServerEndpoints.Map(api);
        LogEndpoints.Map(api);
        RoundEndpoints.Map(api);
        ExportEndpoints.Map(api);
        StatusEndpoints.Map(api);
        TrainerCalls.Map(api);
        OpenApiEndpoint.Map(api);
    }

    private static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments(ApiRoot.Path);

    // An address that there is not, or not for this method, is closed like the others.
    private static Task CloseAsync(HttpContext context, RequestDelegate next)
    {
        var found = context.GetEndpoint();
        if (IsApi(context) && found?.Metadata.GetMetadata<IAuthorizeData>() is null)
            context.SetEndpoint(new Endpoint(found?.RequestDelegate ?? NotFoundAsync, Closed, found?.DisplayName));
        return next(context);
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
