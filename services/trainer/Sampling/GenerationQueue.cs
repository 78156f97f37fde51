using Sgasa.Trainer.Device;
using Sgasa.Trainer.Model;

namespace Sgasa.Trainer.Sampling;

/// <summary>Hands requests to the sampler on the device thread.</summary>
public sealed class GenerationQueue(DeviceWorker device)
{
    /// <summary>Submits a request.</summary>
    /// <exception cref="Checkpoints.CheckpointNotFoundException">It names a checkpoint that is not there.</exception>
    public Task<RunningResponse> SubmitAsync(
        LoadedModel model, PreparedRequest request, CancellationToken cancellationToken) =>
        device.RunAsync(
            () => new RunningResponse(request, model, model.Adapters.Acquire(request.CheckpointId), device),
            cancellationToken);
}
