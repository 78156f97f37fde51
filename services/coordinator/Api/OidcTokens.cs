using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Sgasa.Coordinator.Api;

/// <summary>Checks bearer tokens against the keys that their issuer publishes, which are read anew when they change.</summary>
internal sealed class OidcTokens(IOptions<ApiOptions> options, ILogger<OidcTokens> logger)
{
    private static readonly JsonWebTokenHandler Tokens = new() { MapInboundClaims = false };

    private readonly Lazy<ConfigurationManager<OpenIdConnectConfiguration>> _issuer = new(() =>
    {
        var authority = options.Value.Oidc.Authority.TrimEnd('/');
        return new ConfigurationManager<OpenIdConnectConfiguration>(
            authority + "/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever { RequireHttps = authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase) });
    });

    /// <summary>The caller that a token names; null where it is none, or not a valid one.</summary>
    public async Task<ApiCaller?> FindAsync(string token, CancellationToken cancellationToken)
    {
        var oidc = options.Value.Oidc;
        if (oidc.Authority.Length == 0 || !Tokens.CanReadToken(token)) return null;

        var issuer = await IssuerAsync(cancellationToken);
        var result = await Tokens.ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                ConfigurationManager = _issuer.Value,
                ValidIssuer = issuer.Issuer,
                ValidAudience = oidc.Audience,
                RequireSignedTokens = true,
                RequireExpirationTime = true,
            });
        if (!result.IsValid)
        {
            var fault = result.Exception.GetType().Name;
            logger.TokenRefused(fault);
            return null;
        }

        var granted = oidc.WriteScope.Length == 0 || Words(result, "scope", "scp", "roles").Contains(oidc.WriteScope);
        return new ApiCaller($"user {result.ClaimsIdentity.FindFirst("sub")?.Value}", granted ? ApiAccess.Write : ApiAccess.Read);
    }

    private async Task<OpenIdConnectConfiguration> IssuerAsync(CancellationToken ct)
    {
        try
        {
            return await _issuer.Value.GetConfigurationAsync(ct);
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException && !ct.IsCancellationRequested)
        {
            logger.IssuerUnreachable(fault);
            throw new ApiRefusedException(
                StatusCodes.Status503ServiceUnavailable, "The issuer of the tokens does not answer. Try again shortly.");
        }
    }

    private static HashSet<string> Words(TokenValidationResult result, params string[] claims) =>
    [
        .. result.ClaimsIdentity.Claims.Where(c => claims.Contains(c.Type)).SelectMany(c => c.Value.Split(' ')),
    ];
}
