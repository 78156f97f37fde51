using System.Net;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Sgasa.Coordinator.Api.Security;

/// <summary>Knows callers by their API key, or as those of this machine where no key is asked for.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> scheme,
    ILoggerFactory logger,
    UrlEncoder encoder,
    ApiKeyStore keys,
    IOptions<ApiOptions> api) : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer");
        return Task.CompletedTask;
    }

    private AuthenticateResult Authenticate()
    {
        if (ApiKeyStore.PresentedIn(Request) is { } presented)
        {
            // A wrong key is a mistake even where none is asked for.
            return keys.Find(presented) is { } key
                ? Known(key.Name, key.Writes)
                : AuthenticateResult.Fail("Nobody knows the key.");
        }

        var open = api.Value.AllowAnonymous || (!api.Value.HasCredentials && IsThisMachine(Context.Connection));
        return open ? Known($"{Context.Connection.RemoteIpAddress}", writes: true) : AuthenticateResult.NoResult();
    }

    private AuthenticateResult Known(string name, bool writes) =>
        AuthenticateResult.Success(new AuthenticationTicket(ApiPolicies.Caller(Scheme.Name, name, writes), Scheme.Name));

    private static bool IsThisMachine(ConnectionInfo connection) =>
        connection.RemoteIpAddress is null || IPAddress.IsLoopback(connection.RemoteIpAddress);
}
