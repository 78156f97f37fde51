using Sgasa.Artifacts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Work;

namespace Sgasa.Synthesizer.Guidelines;

/// <summary>Makes one attempt at a guideline.</summary>
public sealed class SynthesizeGuidelineWork(IArtifactStore artifacts, GuidelineSynthesizer synthesizer)
    : IRoundWork<SynthesizeGuideline, GuidelineSynthesized>
{
    /// <inheritdoc />
    public async Task<WorkDone<GuidelineSynthesized>> DoAsync(
        RoundSpecification round, SynthesizeGuideline command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        var logged = await artifacts.ListAsync<AttackPrompt>(command.RoundId, cancellationToken);
        var (guideline, tokens) =
            await synthesizer.SynthesizeAsync(round, command.Slot, command.Attempt, logged, cancellationToken);
        var synthesized = new GuidelineSynthesized
        {
            RoundId = command.RoundId,
            Slot = command.Slot,
            Attempt = command.Attempt,
            GuidelineId = guideline.Id,
            Verified = guideline.Verified,
            Score = guideline.Score,
            Tokens = tokens,
        };
        return WorkDone.With(
            [guideline],
            synthesized,
            $"{(guideline.Verified ? "verified" : "rejected")} with score {guideline.Score:F2}, {tokens} tokens");
    }
}
