using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Sgasa.Coordinator.Api.Endpoints;

/// <summary>The API's own description, made when it is first asked for.</summary>
internal sealed class OpenApiEndpoint(IServiceProvider services)
{
    /// <summary>The document's name in the host.</summary>
    public const string Document = "v1";

    private readonly Lazy<Task<string>> _json = new(() => WriteAsync(services));

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/openapi.json", GetAsync).ExcludeFromDescription();

    private static async Task<ContentHttpResult> GetAsync(OpenApiEndpoint openApi) =>
        TypedResults.Content(await openApi._json.Value, MediaTypeNames.Application.Json);

    private static async Task<string> WriteAsync(IServiceProvider services)
    {
        var provider = services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document);
        var document = await provider.GetOpenApiDocumentAsync(CancellationToken.None);
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
    }
}
