using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sgasa.Hosting.Health;

/// <summary>Whether the bus is connected and every queue of this host is consumed.</summary>
internal sealed class BrokerCheck(IServiceProvider services) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        // A host without a bus takes part in no messaging.
        var health = services.GetService<IBusControl>()?.CheckHealth();
        if (health is not { Status: not BusHealthStatus.Healthy }) return Task.FromResult(HealthCheckResult.Healthy());

        var waiting = health.Endpoints.Where(e => e.Value.Status != BusHealthStatus.Healthy).Select(e => e.Key).Order();
        var queues = string.Join(", ", waiting);
        return Task.FromResult(HealthCheckResult.Unhealthy(
            queues.Length == 0 ? "The broker can't be reached." : $"The broker can't be reached for {queues}."));
    }
}
