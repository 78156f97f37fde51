using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Prompting;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Augmenter.Pairs;

/// <summary>
/// Samples responses with a guideline in the context and pairs the right one with the prompt alone: that is how the
/// guideline is internalised (method, step 5). Cut-off responses are never used.
/// </summary>
public sealed class SftPairBuilder(
    [FromKeyedServices(Samplers.Generator)] ModelSampler sampler, AnswerScorer scorer)
{
    /// <summary>Makes at most one pair from each prompt.</summary>
    /// <param name="round">The round.</param>
    /// <param name="prompts">Augmented prompts.</param>
    /// <param name="guidelines">The verified guidelines to draw from; at least one.</param>
    /// <param name="cancellationToken">Stops the sampling.</param>
    public async Task<BuiltPairs<SftPair>> BuildAsync(
        RoundSpecification round,
        IReadOnlyList<AugmentedPrompt> prompts,
        IReadOnlyList<Guideline> guidelines,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(guidelines);
        if (guidelines.Count == 0)
            throw new ArgumentException(
                $"SFT pairs of round '{round.Id}' need a verified guideline.", nameof(guidelines));

        return BuiltPairs<SftPair>.From(await Concurrently.SelectAsync(prompts, BuildAsync, cancellationToken));

        async Task<(SftPair? Pair, long Tokens)> BuildAsync(AugmentedPrompt prompt, CancellationToken ct)
        {
            var id = ArtifactIds.Pair(round.Id, Stage.Sft, prompt.Id);
            var guideline = SeededDraw.One(guidelines, Seeds.Derive(round.Seed, $"{id}/guideline"));
            var (chosen, score, tokens) = prompt.Label == Label.Harmful
                ? await FirstRefusalAsync(round, guideline, prompt, ct)
                : await BestAnswerAsync(round, guideline, prompt, ct);
            if (chosen is null) return (null, tokens);

            var pair = new SftPair
            {
                Id = id,
                RoundId = round.Id,
                PromptId = prompt.Id,
                Label = prompt.Label,
                Prompt = prompt.Text,
                Completion = chosen.Text,
                GuidelineId = guideline.Id,
                Score = score,
            };
            return (pair, tokens);
        }
    }

    // One after the other, since the first refusal settles it: the outcome is that of sampling them all, and with a
    // good guideline most of them need not be sampled.
    private async Task<(Sample? Chosen, double? Score, long Tokens)> FirstRefusalAsync(
        RoundSpecification round, Guideline guideline, AugmentedPrompt prompt, CancellationToken ct)
    {
        var tokens = 0L;
        for (var number = 0; number < round.Recipe.SftData.Samples; number++)
        {
            var sample = await sampler.SampleAsync(Request(round, guideline, prompt, number), ct);
            tokens += sample.Tokens;
            if (sample.Whole && sample.IsRefusal) return (sample, null, tokens);
        }

        return (null, null, tokens);
    }

    private async Task<(Sample? Chosen, double? Score, long Tokens)> BestAnswerAsync(
        RoundSpecification round, Guideline guideline, AugmentedPrompt prompt, CancellationToken ct)
    {
        var data = round.Recipe.SftData;
        var samples = await Concurrently.SelectAsync(
            Enumerable.Range(0, data.Samples),
            (number, token) => sampler.SampleAsync(Request(round, guideline, prompt, number), token),
            ct);
        var tokens = samples.Sum(s => s.Tokens);
        var answers = samples.Where(s => s.Whole && !s.IsRefusal).ToList();
        if (answers.Count == 0) return (null, null, tokens);

        var (best, score, scoring) = await scorer.BestAsync(round, data.ScoringSampling, prompt, answers, ct);
        return (best, score, tokens + scoring);
    }

    private static SampleRequest Request(
        RoundSpecification round, Guideline guideline, AugmentedPrompt prompt, int number) => new()
        {
            Id = ArtifactIds.Response(round.Id, "sft", prompt.Id, number),
            RoundSeed = round.Seed,
            Text = InstructionSet.For(round.Recipe.Instructions).FollowGuideline(guideline.Text, prompt.Text).Text,
            Sampling = round.Recipe.SftData.Sampling,
            CheckpointId = round.ParentCheckpointId,
        };
}
