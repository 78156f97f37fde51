using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Sgasa.Coordinator.Api.Security;

/// <summary>Says in the OpenAPI document how a caller says who it is.</summary>
internal sealed class ApiSecuritySchemes(IOptions<ApiOptions> options) : IOpenApiDocumentTransformer
{
    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        Add("key", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = ApiKeyStore.Header,
            Description = "A key that the deployment has given out.",
        });
        Add("bearer", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The same key, or a token of the deployment's issuer.",
        });
        if (options.Value.Oidc.Authority is { Length: > 0 } authority)
        {
            Add("issuer", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.OpenIdConnect,
                OpenIdConnectUrl = new Uri(authority.TrimEnd('/') + "/.well-known/openid-configuration"),
                Description = "The issuer whose tokens are taken.",
            });
        }

        return Task.CompletedTask;

        void Add(string name, OpenApiSecurityScheme scheme)
        {
            document.AddComponent<IOpenApiSecurityScheme>(name, scheme);
            document.Security ??= [];
            document.Security.Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(name, document)] = [] });
        }
    }
}
