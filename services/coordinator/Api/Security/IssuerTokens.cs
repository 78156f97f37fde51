using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Sgasa.Coordinator.Api.Problems;

namespace Sgasa.Coordinator.Api.Security;

/// <summary>Takes the bearer tokens of the issuer that <see cref="ApiOptions.Oidc"/> names.</summary>
internal sealed class IssuerTokens(IOptions<ApiOptions> options, ILogger<IssuerTokens> logger)
    : IConfigureNamedOptions<JwtBearerOptions>
{
    private static readonly string[] Grants = ["scope", "scp", "roles"];

    public void Configure(string? name, JwtBearerOptions options) => Configure(options);

    public void Configure(JwtBearerOptions jwt)
    {
        var oidc = options.Value.Oidc;
        if (oidc.Authority.Length == 0) return;

        jwt.Authority = oidc.Authority.TrimEnd('/');
        jwt.Audience = oidc.Audience;
        jwt.RequireHttpsMetadata = oidc.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        jwt.MapInboundClaims = false;
        // Why a token was refused is for the log, not for whoever tries tokens.
        jwt.IncludeErrorDetails = false;
        jwt.TokenValidationParameters = new TokenValidationParameters
        {
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidAudience = oidc.Audience,
        };
        jwt.Events = new JwtBearerEvents
        {
            OnMessageReceived = ReachIssuerAsync,
            OnAuthenticationFailed = RefuseAsync,
            OnTokenValidated = NameCallerAsync,
        };
    }

    // A token can't be told from a forged one without the issuer: that is nobody's mistake, and passes.
    private async Task ReachIssuerAsync(MessageReceivedContext context)
    {
        context.Token = ApiKeyStore.PresentedIn(context.Request);
        try
        {
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException
            && !context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            logger.IssuerUnreachable(fault);
            throw new ApiRefusedException(
                StatusCodes.Status503ServiceUnavailable, "The issuer of the tokens does not answer. Try again shortly.");
        }
    }

    private Task RefuseAsync(AuthenticationFailedContext context)
    {
        var fault = context.Exception.GetType().Name;
        if (context.Exception is SecurityTokenException) logger.TokenRefused(fault);
        return Task.CompletedTask;
    }

    private Task NameCallerAsync(TokenValidatedContext context)
    {
        var claims = context.Principal!.Claims.ToList();
        var scope = options.Value.Oidc.WriteScope;
        var writes = scope.Length == 0
            || claims.Where(c => Grants.Contains(c.Type)).SelectMany(c => c.Value.Split(' ')).Contains(scope);
        var subject = claims.Find(c => c.Type == "sub")?.Value;
        context.Principal = ApiPolicies.Caller(context.Scheme.Name, $"user {subject}", writes);
        return Task.CompletedTask;
    }
}
