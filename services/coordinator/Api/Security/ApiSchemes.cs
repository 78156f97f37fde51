using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Sgasa.Coordinator.Api.Security;

/// <summary>The ways in which a caller says who it is.</summary>
internal static class ApiSchemes
{
    /// <summary>By what was presented, one of the others.</summary>
    public const string Any = "Api";

    /// <summary>An API key, or being on this machine where none is asked for.</summary>
    public const string Key = "ApiKey";

    /// <summary>A bearer token of the issuer.</summary>
    public const string Token = JwtBearerDefaults.AuthenticationScheme;

    private static readonly JsonWebTokenHandler Tokens = new();

    /// <summary>The scheme for what a request presents: a token where it is one and no key.</summary>
    public static string Choose(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value;
        return options.Oidc.Authority.Length > 0
            && ApiKeyStore.PresentedIn(context.Request) is { } presented
            && Tokens.CanReadToken(presented)
            && context.RequestServices.GetRequiredService<ApiKeyStore>().Find(presented) is null
                ? Token
                : Key;
    }
}
