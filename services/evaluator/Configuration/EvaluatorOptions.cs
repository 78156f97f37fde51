using System.ComponentModel.DataAnnotations;
using Sgasa.Contracts;

namespace Sgasa.Evaluator;

/// <summary>How the evaluator works.</summary>
public sealed class EvaluatorOptions
{
    /// <summary>Where the options are in the configuration.</summary>
    public const string Section = "Evaluator";

    /// <summary>Calls to the model in flight, over all commands; those at a time are <c>Bus:Concurrency</c>.</summary>
    [Range(1, 4_096)]
    public int MaxParallelCalls { get; set; } = 64;

    /// <summary>Calls to the judge in flight, over all commands.</summary>
    [Range(1, 4_096)]
    public int MaxParallelJudgeCalls { get; set; } = 16;

    /// <summary>Times a judge is asked about a response before the response stays unscored.</summary>
    [Range(1, 100)]
    public int JudgeAttempts { get; set; } = 4;

    /// <summary>Pause after the judge's first failure; after the n-th it is n times as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan JudgeRetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Most tokens a judge's reply may have.</summary>
    [Range(1, 131_072)]
    public int JudgeMaxNewTokens { get; set; } = 1_536;

    /// <summary>
    /// The judge's wording; by default that of the round's recipe. A judge that is another model needs its own.
    /// </summary>
    public InstructionStyle? JudgeInstructions { get; set; }
}
