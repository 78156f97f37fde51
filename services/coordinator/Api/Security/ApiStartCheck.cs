using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Sgasa.Contracts;

namespace Sgasa.Coordinator.Api.Security;

/// <summary>Ends a host at once that would offer the API to other machines without asking who calls.</summary>
internal sealed class ApiStartCheck(IServiceProvider services, IOptions<ApiOptions> options) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.Value.HasCredentials || options.Value.AllowAnonymous) return Task.CompletedTask;

        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return addresses.FirstOrDefault(a => !IsThisMachines(a)) is { } open
            ? throw new UserErrorException(
                $"The API would be open to everybody at {open}: neither a key nor an issuer is set. Set Api:ApiKeys or " +
                "Api:Oidc:Authority, listen on a loopback address, or set Api:AllowAnonymous to true.")
            : Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsThisMachines(string address) =>
        address.Contains("://unix:", StringComparison.Ordinal)
        || (Uri.TryCreate(address.Replace("+", "any").Replace("*", "any"), UriKind.Absolute, out var uri)
            && (uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))));
}
