using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Tests.Rounds;

/// <summary>Single answers, and what deciding on some in a row comes to.</summary>
internal static class Answers
{
    public static Decision Decide(Decision start, params IRoundAnswer[] events) =>
        events.Aggregate(start, (decision, e) => RoundDecider.Decide(decision.State, e));

    public static GuidelineSynthesized Guideline(int slot, int attempt, bool verified, double score = 1) => new()
    {
        RoundId = Some.RoundId,
        Slot = slot,
        Attempt = attempt,
        GuidelineId = ArtifactIds.Guideline(Some.RoundId, Math.Max(slot, 0), attempt),
        Verified = verified,
        Score = score,
        Tokens = 1,
    };

    public static PromptAugmented Prompts(Label label, int batch, int count) =>
        (PromptAugmented)new Workers().Answer(
            new AugmentPrompts { RoundId = Some.RoundId, Label = label, Batch = batch, Count = count });
}
