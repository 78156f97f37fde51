using MassTransit;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Tests.Consumers;

/// <summary>What the workers on the bus do: answer by <see cref="Workers"/>, and misbehave as told.</summary>
internal sealed class Script
{
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;

    public Workers Workers { get; init; } = new();

    /// <summary>How often each answer is published.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Commands after which nothing is answered any more.</summary>
    public int LoseAfter { get; init; } = int.MaxValue;

    /// <summary>Whether a worker gives this command up.</summary>
    public Func<object, bool> GivesUp { get; set; } = static _ => false;

    /// <summary>Done when the first command has been lost.</summary>
    public Task Lost => _lost.Task;

    public bool Loses()
    {
        if (Interlocked.Increment(ref _taken) <= LoseAfter) return false;
        _lost.TrySetResult();
        return true;
    }
}

/// <summary>A worker for one kind of command.</summary>
internal abstract class ScriptedConsumer<T>(Script script, IArtifactStore artifacts) : IConsumer<T> where T : class
{
    public async Task Consume(ConsumeContext<T> context)
    {
        if (script.Loses()) return;
        if (script.GivesUp(context.Message)) throw new UserErrorException("No model is loaded. Load one.");

        var answer = script.Workers.Answer(context.Message);
        if (answer is PromptAugmented augmented)
            await artifacts.UpsertAsync<AugmentedPrompt>([.. augmented.Accepted.Select(p => Prompt(augmented, p))], context.CancellationToken);
        for (var i = 0; i < script.Copies; i++) await context.Publish(answer, answer.GetType());
    }

    private static AugmentedPrompt Prompt(PromptAugmented batch, AcceptedPrompt accepted) => new()
    {
        Id = accepted.PromptId,
        RoundId = batch.RoundId,
        Text = "text of " + accepted.PromptId,
        Label = batch.Label,
        Verdict = PromptVerdict.Accepted,
        ExampleIds = [],
        InstructionHash = "",
    };
}

internal sealed class SynthesizeGuidelineConsumer(Script script, IArtifactStore artifacts)
    : ScriptedConsumer<SynthesizeGuideline>(script, artifacts);

internal sealed class AugmentPromptsConsumer(Script script, IArtifactStore artifacts)
    : ScriptedConsumer<AugmentPrompts>(script, artifacts);

internal sealed class BuildPairsConsumer(Script script, IArtifactStore artifacts)
    : ScriptedConsumer<BuildPairs>(script, artifacts);

internal sealed class TrainCheckpointConsumer(Script script, IArtifactStore artifacts)
    : ScriptedConsumer<TrainCheckpoint>(script, artifacts);

internal sealed class EvaluateCheckpointConsumer(Script script, IArtifactStore artifacts)
    : ScriptedConsumer<EvaluateCheckpoint>(script, artifacts);

/// <summary>All workers of a bus.</summary>
internal static class ScriptedWorkers
{
    public static void AddScriptedWorkers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<SynthesizeGuidelineConsumer>();
        bus.AddConsumer<AugmentPromptsConsumer>();
        bus.AddConsumer<BuildPairsConsumer>();
        bus.AddConsumer<TrainCheckpointConsumer>();
        bus.AddConsumer<EvaluateCheckpointConsumer>();
    }
}
