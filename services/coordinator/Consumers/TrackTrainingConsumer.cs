using MassTransit;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Progress;

namespace Sgasa.Coordinator.Consumers;

/// <summary>Shows the watchers of a round how far its training is; nothing is stored.</summary>
public sealed class TrackTrainingConsumer(RoundFeed feed) : IConsumer<TrainingProgressed>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<TrainingProgressed> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        feed.Report(context.Message);
        return Task.CompletedTask;
    }
}
