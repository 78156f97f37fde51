using System.Collections.Concurrent;
using MassTransit;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Tests.Bus;

/// <summary>What the consumers of a test do with their messages, and what they got.</summary>
public sealed class Script
{
    private int _attempts;

    /// <summary>Given the attempt, from 1.</summary>
    public Func<int, CancellationToken, Task> Act { get; set; } = (_, _) => Task.CompletedTask;

    public int Attempts => _attempts;

    public ConcurrentQueue<object> Seen { get; } = [];

    public Task RunAsync(object message, CancellationToken cancellationToken)
    {
        Seen.Enqueue(message);
        return Act(Interlocked.Increment(ref _attempts), cancellationToken);
    }
}

public sealed class AugmentPromptsConsumer(Script script) : IConsumer<AugmentPrompts>
{
    public Task Consume(ConsumeContext<AugmentPrompts> context) => script.RunAsync(context.Message, context.CancellationToken);
}

public sealed class EvaluateCheckpointConsumer(Script script) : IConsumer<EvaluateCheckpoint>
{
    public Task Consume(ConsumeContext<EvaluateCheckpoint> context) =>
        script.RunAsync(context.Message, context.CancellationToken);
}

public sealed class FollowRoundConsumer(Script script) : IConsumer<PromptAugmented>
{
    public Task Consume(ConsumeContext<PromptAugmented> context) => script.RunAsync(context.Message, context.CancellationToken);
}

public sealed class RecordFailuresConsumer(Failures failures) : IConsumer<WorkFailed>
{
    public Task Consume(ConsumeContext<WorkFailed> context)
    {
        failures.All.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}

/// <summary>The failures published.</summary>
public sealed class Failures
{
    public ConcurrentQueue<WorkFailed> All { get; } = [];
}
