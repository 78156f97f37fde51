using Grpc.Core;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Cli.Models;
using Sgasa.Evaluator;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;
using Sgasa.TinyWorld;

namespace Sgasa.Cli.Remote;

/// <summary>The model of a deployment; its answers are judged here.</summary>
internal sealed class RemoteModel : IModelHost
{
    private readonly ServiceProvider _services;
    private readonly string _name;

    /// <summary>Takes a deployment's model.</summary>
    /// <param name="trainer">The way to it; it stays the caller's.</param>
    /// <param name="checkpointId">The checkpoint there to put on it; null for none.</param>
    /// <param name="time">The clock.</param>
    public RemoteModel(TrainerConnection trainer, string? checkpointId, TimeProvider time)
    {
        (_name, AdapterId) = (trainer.Name, checkpointId);
        var services = new ServiceCollection().AddSgasaDefaults().AddSingleton(time).AddEvaluator().AddOracle(WorldOracle.Judge);
        foreach (var role in Enum.GetValues<ModelRole>())
            services.AddKeyedSingleton(role, (_, _) => trainer.Chat(time));
        _services = services.BuildServiceProvider();
    }

    /// <inheritdoc />
    public IServiceProvider Services => _services;

    /// <inheritdoc />
    public IChatClient Generator => _services.GetRequiredKeyedService<IChatClient>(ModelRole.Generator);

    /// <inheritdoc />
    public string? AdapterId { get; }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run(cancellationToken);
        }
        catch (ModelRequestException fault) when (fault.InnerException is RpcException refusal)
        {
            throw TrainingJobClient.Translate(refusal, cancellationToken);
        }
        catch (ModelUnavailableException fault)
        {
            throw new ServerFaultException($"{_name}: {fault.Message} Check that it runs, and try again.", fault);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
