using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Augmenter.Pairs;

/// <summary>
/// Samples responses from the SFT checkpoint without guideline and pairs a right one with a wrong one (method, step 7):
/// a refusal against a non-refusal for harmful prompts, the best-scored answer against a refusal for benign ones. A
/// prompt without both kinds yields no pair. Cut-off responses are never used.
/// </summary>
public sealed class PreferencePairBuilder(
    [FromKeyedServices(Samplers.Generator)] ModelSampler sampler, AnswerScorer scorer)
{
    /// <summary>Makes at most one pair from each prompt.</summary>
    public async Task<BuiltPairs<PreferencePair>> BuildAsync(
        RoundSpecification round, IReadOnlyList<AugmentedPrompt> prompts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        return BuiltPairs<PreferencePair>.From(await Concurrently.SelectAsync(prompts, BuildAsync, cancellationToken));

        async Task<(PreferencePair? Pair, long Tokens)> BuildAsync(AugmentedPrompt prompt, CancellationToken ct)
        {
            var data = round.Recipe.DpoData;
            var samples = await Concurrently.SelectAsync(
                Enumerable.Range(0, data.Samples),
                (number, token) => sampler.SampleAsync(Request(round, prompt, number), token),
                ct);
            var tokens = samples.Sum(s => s.Tokens);
            var kinds = samples.Where(s => s.Whole).ToLookup(s => s.IsRefusal);
            var (refusal, answers) = (kinds[true].FirstOrDefault(), kinds[false].ToList());
            if (refusal is null || answers.Count == 0) return (null, tokens);
            if (prompt.Label == Label.Harmful) return (Pair(round, prompt, refusal, answers[0]), tokens);

            var (best, _, scoring) = await scorer.BestAsync(round, data.ScoringSampling, prompt, answers, ct);
            return (Pair(round, prompt, best, refusal), tokens + scoring);
        }
    }

    private static SampleRequest Request(RoundSpecification round, AugmentedPrompt prompt, int number) => new()
    {
        Id = ArtifactIds.Response(round.Id, "dpo", prompt.Id, number),
        RoundSeed = round.Seed,
        Text = prompt.Text,
        Sampling = round.Recipe.DpoData.Sampling,
        CheckpointId = ArtifactIds.Checkpoint(round.Id, Stage.Sft),
    };

    private static PreferencePair Pair(
        RoundSpecification round, AugmentedPrompt prompt, Sample chosen, Sample rejected) => new()
        {
            Id = ArtifactIds.Pair(round.Id, Stage.Dpo, prompt.Id),
            RoundId = round.Id,
            PromptId = prompt.Id,
            Label = prompt.Label,
            Prompt = prompt.Text,
            Chosen = chosen.Text,
            Rejected = rejected.Text,
        };
}
