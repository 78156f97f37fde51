using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Sgasa.Artifacts;

namespace Sgasa.Hosting.Health;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseCheck(IStoreProbe store, ILogger<DatabaseCheck> logger) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            // Drivers have patience of their own, some of it deaf to the token.
            await store.CheckAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            logger.DatabaseUnreachable(fault.GetType().Name);
            return HealthCheckResult.Unhealthy($"The database can't be reached ({fault.GetType().Name}).");
        }
    }
}
