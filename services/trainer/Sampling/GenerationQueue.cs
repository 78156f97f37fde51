using Sgasa.Modeling;
using Sgasa.Trainer.Device;
using Sgasa.Trainer.Model;

namespace Sgasa.Trainer.Sampling;

/// <summary>Hands requests to the sampler on the device thread.</summary>
public sealed class GenerationQueue(DeviceWorker device)
{
    /// <summary>Submits requests together: all of them or, where a checkpoint is unknown, none.</summary>
    /// <exception cref="Checkpoints.CheckpointNotFoundException">A request names a checkpoint that is not
    /// there.</exception>
    public Task<IReadOnlyList<RunningResponse>> SubmitAsync(
        LoadedModel model, IReadOnlyList<PreparedRequest> requests, CancellationToken cancellationToken) =>
        device.RunAsync(() => Submit(model, requests), cancellationToken);

    private IReadOnlyList<RunningResponse> Submit(LoadedModel model, IReadOnlyList<PreparedRequest> requests)
    {
        var adapters = new List<LoraAdapter?>(requests.Count);
        try
        {
            foreach (var request in requests) adapters.Add(model.Adapters.Acquire(request.CheckpointId));
        }
        catch
        {
            foreach (var adapter in adapters) model.Adapters.Release(adapter);
            throw;
        }
        return [.. requests.Zip(adapters, (request, adapter) => new RunningResponse(request, model, adapter, device))];
    }
}
