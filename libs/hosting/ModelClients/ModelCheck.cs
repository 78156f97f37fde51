using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sgasa.Contracts.Grpc;

namespace Sgasa.Hosting.ModelClients;

/// <summary>Whether every model that this host asks answers: the trainer with its model loaded, other servers at all.</summary>
internal sealed class ModelCheck(
    IOptions<ModelClientsOptions> options, TrainerChannels channels, ILogger<ModelCheck> logger) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var endpoints = Enum.GetValues<ModelRole>().Select(options.Value.Of).DistinctBy(e => e.Address);
        var answers = await Task.WhenAll(endpoints.Select(e => FaultAsync(e, cancellationToken))).ConfigureAwait(false);
        var faults = string.Join(" ", answers.OfType<string>());
        return faults.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(faults);
    }

    private async Task<string?> FaultAsync(ModelEndpointOptions endpoint, CancellationToken cancellationToken)
    {
        try
        {
            if (endpoint.Kind == ModelEndpointKind.Trainer)
            {
                await new Generation.GenerationClient(channels.To(endpoint.Address))
                    .GetModelAsync(new GetModelRequest(), cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            else
            {
                // Any answer will do: what the paths beside chat completions say differs from server to server.
                using var client = new HttpClient();
                using var answer = await client.GetAsync(
                    new Uri(endpoint.Address), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (RpcException fault)
        {
            return Say(endpoint, fault.StatusCode == StatusCode.Unauthenticated
                ? "refuses this service's shared secret or certificate"
                : $"does not answer ({fault.StatusCode})", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return Say(endpoint, "does not answer", fault);
        }
    }

    private string Say(ModelEndpointOptions endpoint, string what, Exception fault)
    {
        var (address, kind) = (PublicAddress(endpoint.Address), fault.GetType());
        logger.ModelUnreachable(address, kind);
        return $"The model at {address} {what}.";
    }

    // An address may carry a user and a password, and a key in its query.
    private static string PublicAddress(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? $"{uri.Scheme}://{uri.Authority}"
            : address;
}
