using MassTransit;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting;

namespace Sgasa.Coordinator.Consumers;

/// <summary>Lets every event that a round waits for advance it.</summary>
public sealed class AdvanceRoundConsumer(RoundRunner runner, RoundFeed feed) :
    IConsumer<GuidelineSynthesized>,
    IConsumer<PromptAugmented>,
    IConsumer<PairBuilt>,
    IConsumer<CheckpointReady>,
    IConsumer<TrainingFailed>,
    IConsumer<CheckpointEvaluated>,
    IConsumer<WorkFailed>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<GuidelineSynthesized> context) => AdvanceAsync(context, context.Message.RoundId);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<PromptAugmented> context) => AdvanceAsync(context, context.Message.RoundId);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<PairBuilt> context) => AdvanceAsync(context, context.Message.RoundId);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<CheckpointReady> context) => AdvanceAsync(context, context.Message.RoundId);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<TrainingFailed> context) => AdvanceAsync(context, context.Message.RoundId);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<CheckpointEvaluated> context) => AdvanceAsync(context, context.Message.RoundId);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<WorkFailed> context) => AdvanceAsync(context, context.Message.RoundId);

    private async Task AdvanceAsync<T>(ConsumeContext<T> context, string roundId) where T : class
    {
        try
        {
            await runner.ApplyAsync(
                roundId, state => RoundDecider.Decide(state, context.Message), context.CancellationToken);
        }
        // A full disk, say: the round cannot even be marked as failed, but who waits for it must not wait for ever.
        catch (Exception fault) when (!TransientFaults.IsTransient(fault) && fault is not OperationCanceledException)
        {
            feed.Fail(roundId, fault);
            throw;
        }
    }
}
