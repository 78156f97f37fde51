using Grpc.Core;
using Microsoft.Extensions.AI;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Coordinator.Api;

/// <summary>The model that a deployment aligns.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fingerprint">Tells it from others.</param>
/// <param name="ContextLength">Longest sequence, in tokens.</param>
public sealed record BaseModelInfo(string Name, string Fingerprint, int ContextLength);

/// <summary>Knows the model that a deployment aligns.</summary>
public interface IBaseModel
{
    /// <summary>The model.</summary>
    /// <exception cref="ModelUnavailableException">Nobody can say just now, or this host knows no trainer.</exception>
    Task<BaseModelInfo> GetAsync(CancellationToken cancellationToken);
}

/// <summary>Asks the trainer, which holds the model.</summary>
internal sealed class TrainerBaseModel(IServiceProvider services, TimeProvider time) : IBaseModel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<BaseModelInfo> GetAsync(CancellationToken cancellationToken)
    {
        var generator = services.GetKeyedService<IChatClient>(ModelRole.Generator);
        if (generator?.GetService(typeof(Generation.GenerationClient)) is not Generation.GenerationClient trainer)
        {
            throw new ModelUnavailableException(
                "This coordinator knows no trainer. Set Models:Generator:Address to the trainer's address.");
        }

        try
        {
            var model = await trainer.GetModelAsync(
                new GetModelRequest(), deadline: (time.GetUtcNow() + Patience).UtcDateTime, cancellationToken: cancellationToken);
            return new BaseModelInfo(model.Name, model.Fingerprint, model.ContextLength);
        }
        catch (RpcException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelUnavailableException(
                $"The trainer does not answer ({fault.StatusCode}). Check that it runs, and try again.", fault);
        }
    }
}
