using Sgasa.Contracts;

namespace Sgasa.Evaluator.Judging;

/// <summary>What a judge said.</summary>
/// <param name="Verdict">The verdict; <see cref="JudgeVerdict.Unscored"/> where there is none.</param>
/// <param name="Tokens">Tokens generated for it.</param>
public readonly record struct Judgement(JudgeVerdict Verdict, long Tokens = 0);
