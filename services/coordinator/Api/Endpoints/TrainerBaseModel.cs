using Grpc.Core;
using Microsoft.Extensions.AI;
using Sgasa.Api.Deployments;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Coordinator.Api.Endpoints;

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
