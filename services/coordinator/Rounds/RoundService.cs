using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Progress;

namespace Sgasa.Coordinator.Rounds;

/// <inheritdoc />
public sealed class RoundService(
    IRoundStore rounds,
    IArtifactStore artifacts,
    RoundRunner runner,
    IOptions<CoordinatorOptions> options,
    TimeProvider time) : IRoundService
{
    /// <inheritdoc />
    public async Task<string> StartAsync(RoundRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        RoundRequestRules.Check(request);
        var id = RoundIdentity.Of(request);
        if (await rounds.FindAsync(id, cancellationToken) is not { } document)
            await BeginAsync(id, request, cancellationToken);
        else if (document.Status == RoundDocument.Running)
            await runner.ResendAsync(id, cancellationToken);
        else
            await runner.ApplyAsync(id, RoundDecider.Resume, cancellationToken);
        return id;
    }

    /// <inheritdoc />
    public string IdOf(RoundRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RoundIdentity.Of(request);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<RoundSummary>> ListAsync(CancellationToken cancellationToken) =>
        await SummariesAsync(await rounds.ListAsync(cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<RoundSummary>> PageAsync(int limit, string? after, CancellationToken cancellationToken)
    {
        var last = after is null ? null
            : await rounds.FindAsync(after, cancellationToken) ?? throw new RoundNotFoundException(after);
        return await SummariesAsync(await rounds.PageAsync(limit, last, cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<RoundDetails?> FindAsync(string roundId, CancellationToken cancellationToken)
    {
        if (await rounds.FindAsync(roundId, cancellationToken) is not { } document) return null;

        var state = StoredRound.Read(document).State;
        var specification = await artifacts.GetAsync<RoundSpecification>(roundId, cancellationToken);
        var evaluations = await artifacts.ListAsync<Evaluation>(roundId, cancellationToken);
        return new RoundDetails
        {
            // Two processes may have begun it at once; the document's moment is the one that counts.
            Specification = specification with { CreatedAt = document.CreatedAt },
            Progress = new ProgressTracker(time).Advance(state),
            GuidelineIds = state.VerifiedGuidelineIds(),
            PromptIds = [.. Labels.All.SelectMany(label => state.Prompts[label].Kept).Select(p => p.Id)],
            SftPairIds = state.Sft.TrainingPairIds ?? [],
            DpoPairIds = state.Dpo.TrainingPairIds ?? [],
            SftCheckpointId = state.Sft.CheckpointId,
            DpoCheckpointId = state.Dpo.CheckpointId,
            Results = RoundResults.From(roundId, evaluations),
            Promotion = state.Promotion,
        };
    }

    /// <inheritdoc />
    public async Task<RoundStatus> CancelAsync(string roundId, CancellationToken cancellationToken)
    {
        var state = await runner.ApplyAsync(roundId, RoundDecider.Cancel, cancellationToken);
        return state?.Status ?? throw new RoundNotFoundException(roundId);
    }

    private async Task<IReadOnlyList<RoundSummary>> SummariesAsync(
        IReadOnlyList<RoundDocument> documents, CancellationToken cancellationToken)
    {
        var specifications = await artifacts.GetAsync<RoundSpecification>(
            [.. documents.Select(d => d.Id)], cancellationToken);
        return [.. documents.Zip(specifications, Summary)];
    }

    private static RoundSummary Summary(RoundDocument document, RoundSpecification specification) => new()
    {
        Id = document.Id,
        Status = Enum.Parse<RoundStatus>(document.Status),
        Source = specification.Source,
        Recipe = specification.Recipe.Name,
        Seed = specification.Seed,
        CreatedAt = document.CreatedAt,
        Gain = RoundResults.From(document.Id, StoredRound.Read(document).State.CompleteEvaluations()).Gain,
    };

    // Artifacts first: nobody asks for them before the round's document is there, and writing them again is harmless.
    private async Task BeginAsync(string id, RoundRequest request, CancellationToken cancellationToken)
    {
        var specification = new RoundSpecification
        {
            Id = id,
            Recipe = request.Recipe,
            Seed = request.Seed,
            BaseModel = request.BaseModel,
            ParentCheckpointId = request.ParentCheckpointId,
            Judge = request.Judge,
            Source = request.Source,
            CreatedAt = time.GetUtcNow(),
        };
        var attacks = RoundPrompts.Attacks(id, request);
        var tests = RoundPrompts.Tests(id, request);
        await artifacts.UpsertAsync(attacks, cancellationToken);
        await artifacts.UpsertAsync(tests, cancellationToken);
        await artifacts.UpsertAsync(specification, cancellationToken);

        var start = RoundDecider.Start(
            specification, [.. tests.Select(t => t.Id)], options.Value.OverrefusalTolerance);
        await runner.BeginAsync(start, specification.CreatedAt, cancellationToken);
    }
}
