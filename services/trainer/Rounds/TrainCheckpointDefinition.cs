using Microsoft.Extensions.Options;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Work;

namespace Sgasa.Trainer.Rounds;

/// <summary>
/// The work reads every pair of a round: one at a time is enough, and lets replicas share the trainings.
/// </summary>
public sealed class TrainCheckpointDefinition(IOptions<BusOptions> options)
    : RoundWorkDefinition<TrainCheckpoint, CheckpointReady>(options)
{
    /// <inheritdoc />
    protected override int? AtOnce => 1;
}
