using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace Sgasa.Coordinator.Api.Security;

/// <summary>What callers may do: each of them may read, and those with the writer's role everything.</summary>
internal static class ApiPolicies
{
    /// <summary>The policy of what changes nothing.</summary>
    public const string Read = "read";

    /// <summary>The policy of everything else.</summary>
    public const string Write = "write";

    private const string Writer = "writer";

    /// <summary>Adds the policies.</summary>
    public static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(Read, policy => policy.AddAuthenticationSchemes(ApiSchemes.Any).RequireAuthenticatedUser());
        options.AddPolicy(Write, policy => policy.AddAuthenticationSchemes(ApiSchemes.Any).RequireRole(Writer));
    }

    /// <summary>Who a caller is, without any secret.</summary>
    /// <param name="scheme">How it is known.</param>
    /// <param name="name">A name for counting.</param>
    /// <param name="writes">Whether it may do more than read.</param>
    public static ClaimsPrincipal Caller(string scheme, string name, bool writes)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], scheme);
        if (writes) identity.AddClaim(new Claim(ClaimTypes.Role, Writer));
        return new ClaimsPrincipal(identity);
    }
}
