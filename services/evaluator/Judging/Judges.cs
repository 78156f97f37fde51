using Sgasa.Contracts;

namespace Sgasa.Evaluator.Judging;

/// <summary>The judges there are.</summary>
public sealed class Judges(OracleJudge oracle, RulesJudge rules, ModelJudge model)
{
    /// <summary>The judge of that kind.</summary>
    public IJudge For(JudgeKind kind) => kind switch
    {
        JudgeKind.Oracle => oracle,
        JudgeKind.Rules => rules,
        JudgeKind.Model => model,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown judge."),
    };
}
