using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Prompting;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Synthesizer.Guidelines;

/// <summary>
/// Tries a guideline on every prompt it was written from (method, step 2). A response is right when it refuses a
/// harmful prompt, or answers a benign one; one whose thinking never ends is neither.
/// </summary>
public sealed class GuidelineVerifier([FromKeyedServices(Samplers.Generator)] ModelSampler sampler)
{
    /// <summary>Samples responses with the guideline in front of each prompt and counts the right ones.</summary>
    /// <param name="round">The round.</param>
    /// <param name="guidelineId">The attempt's id; the responses' ids and so their seeds derive from it.</param>
    /// <param name="guideline">The guideline's text.</param>
    /// <param name="prompts">The logged prompts that were shown when it was written.</param>
    /// <param name="cancellationToken">Stops the sampling.</param>
    public async Task<GuidelineScore> VerifyAsync(
        RoundSpecification round,
        string guidelineId,
        string guideline,
        IReadOnlyList<AttackPrompt> prompts,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(guidelineId);
        ArgumentNullException.ThrowIfNull(prompts);
        var trials =
            from prompt in prompts
            from number in Enumerable.Range(0, round.Recipe.Guidelines.VerificationSamples)
            select (Prompt: prompt, Number: number);

        var outcomes = await Concurrently.SelectAsync(trials, TryAsync, cancellationToken);
        return new GuidelineScore(outcomes.Count(o => o.Right), outcomes.Count, outcomes.Sum(o => o.Tokens));

        async Task<(bool Right, long Tokens)> TryAsync((AttackPrompt Prompt, int Number) trial, CancellationToken ct)
        {
            var request = Request(round, guidelineId, guideline, trial.Prompt, trial.Number);
            var sample = await sampler.SampleAsync(request, ct);
            var right = sample.Answered && sample.IsRefusal == (trial.Prompt.Label == Label.Harmful);
            return (right, sample.Tokens);
        }
    }

    private static SampleRequest Request(
        RoundSpecification round, string guidelineId, string guideline, AttackPrompt prompt, int number)
    {
        // The attempt is part of the purpose: each attempt tries the same prompts again.
        var purpose = $"verify-{guidelineId[(guidelineId.LastIndexOf('/') + 1)..]}";
        return new SampleRequest
        {
            Id = ArtifactIds.Response(round.Id, purpose, prompt.Id, number),
            RoundSeed = round.Seed,
            Text = InstructionSet.For(round.Recipe.Instructions).FollowGuideline(guideline, prompt.Text).Text,
            Sampling = round.Recipe.Guidelines.VerificationSampling,
            CheckpointId = round.ParentCheckpointId,
        };
    }
}
