using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Modeling;
using Sgasa.Prompting;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Augmenter.Prompts;

/// <summary>
/// Has the model write new prompts in the style of the logged ones of one label, and filters them (method, steps 3 and
/// 4): kept is what the model itself classifies alike, and what is neither nearly a logged prompt or an earlier one of
/// the batch nor a prompt of the evaluation suite.
/// </summary>
public sealed class PromptAugmenter([FromKeyedServices(Samplers.Generator)] ModelSampler sampler)
{
    /// <summary>Writes and filters one batch.</summary>
    /// <param name="round">The round.</param>
    /// <param name="command">Label, batch and count.</param>
    /// <param name="logged">All logged prompts of the round, in the order of their ids.</param>
    /// <param name="evaluation">The round's evaluation prompts: compared with, never shown to the model.</param>
    /// <param name="cancellationToken">Stops the sampling.</param>
    /// <exception cref="UserErrorException">The log holds no prompt of the label.</exception>
    public async Task<AugmentedBatch> AugmentAsync(
        RoundSpecification round,
        AugmentPrompts command,
        IReadOnlyList<AttackPrompt> logged,
        IReadOnlyList<EvaluationPrompt> evaluation,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(logged);
        ArgumentNullException.ThrowIfNull(evaluation);
        var examples = logged.Where(p => p.Label == command.Label).ToList();
        if (examples.Count == 0)
            throw new UserErrorException(
                $"The attack log of round '{round.Id}' holds no prompt labelled {command.Label}: add some.");

        var filter = new NearDuplicateFilter(round.Recipe.Augmentation.NearDuplicateThreshold);
        foreach (var prompt in logged)
            filter.Add(MinHashSignature.Compute(prompt.Text));
        var suite = evaluation.Select(p => NormalizedText.Of(p.Text)).ToHashSet(StringComparer.Ordinal);

        var drafts = await Concurrently.SelectAsync(
            Enumerable.Range(0, command.Count), (place, ct) => WriteAsync(place, ct), cancellationToken);
        return Select(drafts, filter);

        // The filters that cost nothing come first: what they drop need not be classified.
        async Task<Draft> WriteAsync(int place, CancellationToken ct)
        {
            var id = ArtifactIds.AugmentedPrompt(round.Id, command.Label, command.Batch, place);
            var shown = SeededDraw.Some(
                examples, round.Recipe.Augmentation.Examples, Seeds.Derive(round.Seed, $"{id}/examples"));
            var instruction = Instructions(round).WriteSimilar([.. shown.Select(p => p.Text)]);
            var written = await sampler.SampleAsync(Request(
                round, "write", id, instruction, round.Recipe.Augmentation.Sampling), ct);

            var text = ResponseParsers.Text(written.Answer);
            var signature = MinHashSignature.Compute(text ?? "");
            var verdict = text is null ? PromptVerdict.Unparseable
                : suite.Contains(NormalizedText.Of(text)) ? PromptVerdict.EvaluationPrompt
                : filter.Contains(signature) ? PromptVerdict.NearDuplicate
                : PromptVerdict.Accepted;
            var tokens = written.Tokens;
            if (verdict == PromptVerdict.Accepted)
            {
                var classify = Instructions(round).Classify(text!);
                var classified = await sampler.SampleAsync(Request(
                    round, "classify", id, classify, round.Recipe.Augmentation.ClassificationSampling), ct);
                tokens += classified.Tokens;
                if (ResponseParsers.Label(classified.Answer) != command.Label)
                    verdict = PromptVerdict.WrongLabel;
            }

            var prompt = new AugmentedPrompt
            {
                Id = id,
                RoundId = round.Id,
                Text = text ?? "",
                Label = command.Label,
                Verdict = verdict,
                ExampleIds = [.. shown.Select(p => p.Id)],
                InstructionHash = instruction.Hash,
            };
            return new Draft(prompt, signature, tokens);
        }
    }

    /// <summary>
    /// Drops what is nearly an earlier accepted text, in the order of the places: not in that of arrival.
    /// </summary>
    private static AugmentedBatch Select(IReadOnlyList<Draft> drafts, NearDuplicateFilter filter)
    {
        var (prompts, accepted) = (new List<AugmentedPrompt>(), new List<AcceptedPrompt>());
        foreach (var (prompt, signature, _) in drafts)
        {
            var kept = prompt.Verdict == PromptVerdict.Accepted;
            if (kept && filter.Contains(signature))
            {
                prompts.Add(prompt with { Verdict = PromptVerdict.NearDuplicate });
                continue;
            }

            prompts.Add(prompt);
            if (!kept) continue;
            filter.Add(signature);
            accepted.Add(new AcceptedPrompt { PromptId = prompt.Id, Signature = MinHashSignature.ToBase64(signature) });
        }

        return new AugmentedBatch(prompts, accepted, drafts.Sum(d => d.Tokens));
    }

    private static InstructionSet Instructions(RoundSpecification round) =>
        InstructionSet.For(round.Recipe.Instructions);

    private static SampleRequest Request(
        RoundSpecification round,
        string purpose,
        string promptId,
        Instruction instruction,
        SamplingConfig sampling) => new()
        {
            Id = ArtifactIds.Response(round.Id, purpose, promptId, 0),
            RoundSeed = round.Seed,
            Text = instruction.Text,
            Sampling = sampling,
            CheckpointId = round.ParentCheckpointId,
        };

    /// <summary>A text before the comparison with the others of its batch.</summary>
    private sealed record Draft(AugmentedPrompt Prompt, byte[] Signature, long Tokens);
}
