using MassTransit;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Consumers;

/// <summary>Stores the checkpoint that became a base model's champion; the newest round's, in whatever order they are told.</summary>
public sealed class KeepChampionConsumer(IArtifactStore artifacts) : IConsumer<CheckpointPromoted>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<CheckpointPromoted> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return KeepAsync(context.Message, context.CancellationToken);
    }

    /// <summary>Stores it, unless that of a newer round is there.</summary>
    internal async Task KeepAsync(CheckpointPromoted promoted, CancellationToken ct)
    {
        var round = await artifacts.GetAsync<RoundSpecification>(promoted.RoundId, ct);
        var id = ArtifactIds.Champion(round.BaseModel);
        if (await artifacts.FindAsync<Champion>(id, ct) is { } present && present.RoundCreatedAt > round.CreatedAt) return;

        await artifacts.UpsertAsync(
            new Champion
            {
                Id = id,
                RoundId = promoted.RoundId,
                CheckpointId = promoted.CheckpointId,
                BaseModel = round.BaseModel,
                RoundCreatedAt = round.CreatedAt,
            },
            ct);
    }
}
