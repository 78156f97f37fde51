using MassTransit;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Bus;

/// <summary>The command that a queue's message holds.</summary>
/// <param name="RoundId">Its round.</param>
/// <param name="Name">Its name and place in the round, e.g. <c>SynthesizeGuideline 3-0</c>.</param>
internal sealed record WorkInHand(string RoundId, string Name);

/// <summary>Leaves a note of the command for <see cref="WorkFailedFilter"/>, which sees a message only from outside.</summary>
internal sealed class WorkInHandFilter : IFilter<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (Read(context) is { } command && WorkCommands.Describe(command) is var (roundId, work))
            context.ReceiveContext.GetOrAddPayload(() => new WorkInHand(roundId, work));
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("workInHand");

    private static object? Read(ConsumeContext context) =>
        context.TryGetMessage<SynthesizeGuideline>(out var guideline) ? guideline.Message
        : context.TryGetMessage<AugmentPrompts>(out var prompts) ? prompts.Message
        : context.TryGetMessage<BuildPairs>(out var pairs) ? pairs.Message
        : context.TryGetMessage<TrainCheckpoint>(out var train) ? train.Message
        : context.TryGetMessage<EvaluateCheckpoint>(out var evaluate) ? evaluate.Message
        : null;
}
