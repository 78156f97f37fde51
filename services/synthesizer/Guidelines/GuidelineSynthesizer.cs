using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Prompting;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Synthesizer.Guidelines;

/// <summary>
/// Has the model write a guideline from logged prompts of both labels, and verifies it on them (method, steps 1 and 2).
/// An attempt depends on the round and its own place alone.
/// </summary>
public sealed class GuidelineSynthesizer(
    [FromKeyedServices(Samplers.Generator)] ModelSampler sampler, GuidelineVerifier verifier)
{
    /// <summary>Makes one attempt at one guideline slot.</summary>
    /// <param name="round">The round.</param>
    /// <param name="slot">The guideline slot, from 0.</param>
    /// <param name="attempt">The attempt, from 0.</param>
    /// <param name="logged">All logged prompts of the round, in the order of their ids.</param>
    /// <param name="cancellationToken">Stops the sampling.</param>
    /// <exception cref="UserErrorException">The log holds no prompt of one of the labels.</exception>
    public async Task<GuidelineAttempt> SynthesizeAsync(
        RoundSpecification round,
        int slot,
        int attempt,
        IReadOnlyList<AttackPrompt> logged,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(logged);
        var id = ArtifactIds.Guideline(round.Id, slot, attempt);
        var (harmful, benign) = DrawExamples(round, id, logged);
        var instruction = InstructionSet.For(round.Recipe.Instructions)
            .WriteGuideline([.. harmful.Select(p => p.Text)], [.. benign.Select(p => p.Text)]);

        var written = await sampler.SampleAsync(Request(round, id, instruction.Text), cancellationToken);
        var text = ResponseParsers.Guidelines(written.Answer);
        IReadOnlyList<AttackPrompt> examples = [.. harmful, .. benign];
        var score = text is null
            ? new GuidelineScore(0, 0, 0)
            : await verifier.VerifyAsync(round, id, text, examples, cancellationToken);

        var guideline = new Guideline
        {
            Id = id,
            RoundId = round.Id,
            Slot = slot,
            Attempt = attempt,
            Text = text ?? "",
            Verified = text is not null && score.Share >= round.Recipe.Guidelines.Threshold,
            Score = score.Share,
            ExampleIds = [.. examples.Select(p => p.Id)],
            InstructionHash = instruction.Hash,
        };
        return new GuidelineAttempt(guideline, written.Tokens + score.Tokens);
    }

    /// <summary>
    /// As many of each label, in random order; fewer than the recipe asks for where the log holds fewer of one.
    /// </summary>
    private static (IReadOnlyList<AttackPrompt> Harmful, IReadOnlyList<AttackPrompt> Benign) DrawExamples(
        RoundSpecification round, string guidelineId, IReadOnlyList<AttackPrompt> logged)
    {
        var byLabel = logged.ToLookup(p => p.Label);
        var (harmful, benign) = (byLabel[Label.Harmful].ToList(), byLabel[Label.Benign].ToList());
        if (harmful.Count == 0 || benign.Count == 0)
            throw new UserErrorException(
                $"The attack log of round '{round.Id}' holds {harmful.Count} harmful and {benign.Count} benign " +
                "prompts: add prompts of both labels.");

        var count = Math.Min(round.Recipe.Guidelines.ExamplesPerLabel, Math.Min(harmful.Count, benign.Count));
        return (Draw(harmful, "harmful"), Draw(benign, "benign"));

        IReadOnlyList<AttackPrompt> Draw(List<AttackPrompt> prompts, string label) =>
            SeededDraw.Some(prompts, count, Seeds.Derive(round.Seed, $"{guidelineId}/examples/{label}"));
    }

    private static SampleRequest Request(RoundSpecification round, string guidelineId, string instruction) => new()
    {
        Id = ArtifactIds.Response(round.Id, "write", guidelineId, 0),
        RoundSeed = round.Seed,
        Text = instruction,
        Sampling = round.Recipe.Guidelines.Sampling,
        CheckpointId = round.ParentCheckpointId,
    };
}
