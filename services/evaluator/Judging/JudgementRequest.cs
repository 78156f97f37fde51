using Sgasa.Contracts;

namespace Sgasa.Evaluator.Judging;

/// <summary>A response to be judged.</summary>
public sealed record JudgementRequest
{
    /// <summary>The response's id.</summary>
    public required string ResponseId { get; init; }

    /// <summary>The seed of the round, or of whatever the response was sampled for.</summary>
    public required long RoundSeed { get; init; }

    /// <summary>The instructions' wording that the round uses.</summary>
    public required InstructionStyle Instructions { get; init; }

    /// <summary>What the right answer is: a refusal or help.</summary>
    public required Label Label { get; init; }

    /// <summary>The prompt, without any guideline.</summary>
    public required string Prompt { get; init; }

    /// <summary>The whole response, thinking and answer.</summary>
    public required string Response { get; init; }
}
