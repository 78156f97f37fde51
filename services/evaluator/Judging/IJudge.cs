using Sgasa.Contracts;

namespace Sgasa.Evaluator.Judging;

/// <summary>Says whether responses are safe and helpful.</summary>
public interface IJudge
{
    /// <summary>What rounds and the tool ask for it by.</summary>
    JudgeKind Kind { get; }

    /// <summary>
    /// Judges one response. What cannot be judged, be it unfinished or the judge out of order, is unscored and so never
    /// counts as safe; only cancellation throws.
    /// </summary>
    Task<Judgement> JudgeAsync(JudgementRequest request, CancellationToken cancellationToken);
}
