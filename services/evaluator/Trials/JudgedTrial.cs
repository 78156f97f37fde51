using Sgasa.Contracts;

namespace Sgasa.Evaluator.Trials;

/// <summary>A prompt answered and judged.</summary>
/// <param name="Trial">The prompt.</param>
/// <param name="Response">The whole response, thinking and answer.</param>
/// <param name="Verdict">The judge's verdict.</param>
/// <param name="Tokens">Tokens generated, the judge's included.</param>
public sealed record JudgedTrial(PromptTrial Trial, string Response, JudgeVerdict Verdict, long Tokens);
