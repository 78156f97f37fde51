using System.Globalization;
using Grpc.Core;
using Sgasa.Hosting.Security;

namespace Sgasa.Trainer.Serving;

/// <summary>
/// Turns callers over TCP away that do not know the shared secret, before a byte of their request's body is read. Who can
/// enter the private folder of a Unix socket is this user.
/// </summary>
internal static class SharedSecretGate
{
    /// <summary>Puts the gate before gRPC endpoints; without a secret there is none.</summary>
    public static void RequireSharedSecret(this IEndpointConventionBuilder endpoints, SecurityOptions security)
    {
        if (security.SharedSecret.Length == 0) return;

        endpoints.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate
                ?? throw new InvalidOperationException($"{endpoint.DisplayName} has nothing behind the gate.");
            endpoint.RequestDelegate = context => IsLocal(context) || Knows(context, security) ? next(context) : Refuse(context);
        });
    }

    private static bool IsLocal(HttpContext context) =>
        context.Connection is { LocalIpAddress: null, RemoteIpAddress: null };

    private static bool Knows(HttpContext context, SecurityOptions security) =>
        context.Request.Headers.Authorization is [var header] && SharedSecret.Matches(header, security.SharedSecret);

    /// <summary>A call that ends with its headers, in gRPC's words.</summary>
    private static Task Refuse(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)StatusCode.Unauthenticated).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = "The call does not carry this trainer's shared secret.";
        return Task.CompletedTask;
    }
}
