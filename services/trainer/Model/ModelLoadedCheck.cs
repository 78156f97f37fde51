using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sgasa.Trainer.Model;

/// <summary>Whether this trainer's model is loaded.</summary>
internal sealed class ModelLoadedCheck(ModelRuntime runtime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(runtime.IsLoaded
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The model is still being loaded."));
}
