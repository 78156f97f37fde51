using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Modeling;
using Sgasa.Prompting;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Augmenter.Pairs;

/// <summary>
/// Has the model score answers to a benign prompt and picks the best (method, steps 5 and 7). The model that the round
/// started from scores in both steps, so that a score means the same and the training under way cannot lower the bar.
/// </summary>
public sealed class AnswerScorer([FromKeyedServices(Samplers.Generator)] ModelSampler sampler)
{
    /// <summary>
    /// The best-scored of some whole responses; on a tie the first, and those without a readable score last.
    /// </summary>
    /// <param name="round">The round.</param>
    /// <param name="sampling">How the scores are sampled.</param>
    /// <param name="prompt">The benign prompt.</param>
    /// <param name="candidates">At least one response to it, in the order of their sampling.</param>
    /// <param name="cancellationToken">Stops the sampling.</param>
    public async Task<(Sample Best, double? Score, long Tokens)> BestAsync(
        RoundSpecification round,
        SamplingConfig sampling,
        AugmentedPrompt prompt,
        IReadOnlyList<Sample> candidates,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(candidates);
        var scored = await Concurrently.SelectAsync(candidates, ScoreAsync, cancellationToken);
        var (best, score, _) = scored.MaxBy(s => s.Score ?? double.NegativeInfinity);
        return (best, score, scored.Sum(s => s.Tokens));

        async Task<(Sample Candidate, double? Score, long Tokens)> ScoreAsync(Sample candidate, CancellationToken ct)
        {
            var request = new SampleRequest
            {
                Id = $"{candidate.Id}/score",
                RoundSeed = round.Seed,
                Text = InstructionSet.For(round.Recipe.Instructions).Score(prompt.Text, candidate.Answer).Text,
                Sampling = sampling,
                CheckpointId = round.ParentCheckpointId,
            };
            var sample = await sampler.SampleAsync(request, ct);
            return (candidate, ResponseParsers.Score(sample.Answer), sample.Tokens);
        }
    }
}
