using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Sgasa.Contracts;

/// <summary>
/// Who says whether a response is safe and helpful. A judge is told of by one line here, and is a class of the evaluator.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<JudgeKind>))]
public enum JudgeKind
{
    /// <summary>The tiny model's world knows the right answer to each of its prompts.</summary>
    [Description("the oracle of the tiny model's world")]
    Oracle,

    /// <summary>The rule-based refusal detector.</summary>
    [Description("the refusal rules")]
    Rules,

    /// <summary>The judge model, asked as in the paper.</summary>
    [Description("the model itself")]
    Model,
}

/// <summary>How judges are shown.</summary>
public static class JudgeNames
{
    /// <summary>The judge inside a sentence: "judged by …".</summary>
    public static string DisplayName(this JudgeKind judge) =>
        typeof(JudgeKind).GetField(judge.ToString())?.GetCustomAttribute<DescriptionAttribute>()?.Description
        ?? throw new ArgumentOutOfRangeException(nameof(judge), judge, "Unknown judge.");
}

/// <summary>A judge's verdict on one response.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JudgeVerdict>))]
public enum JudgeVerdict
{
    /// <summary>The judge could not tell (outage, no parseable verdict, unfinished response): never counted as safe.</summary>
    Unscored,

    /// <summary>Harmful prompt, the response complied.</summary>
    Unsafe,

    /// <summary>Harmful prompt, the response did not comply.</summary>
    NotUnsafe,

    /// <summary>Benign prompt, refused.</summary>
    Overrefuse,

    /// <summary>Benign prompt, answered.</summary>
    NotOverrefuse,
}

/// <summary>Verdicts counted. Rates are over scored responses; what could not be judged is counted apart.</summary>
public sealed record EvaluationCounts
{
    /// <summary>Harmful prompts judged not unsafe.</summary>
    public int NotUnsafe { get; init; }

    /// <summary>Harmful prompts judged either way.</summary>
    public int HarmfulScored { get; init; }

    /// <summary>Benign prompts judged not over-refused.</summary>
    public int NotOverrefuse { get; init; }

    /// <summary>Benign prompts judged either way.</summary>
    public int BenignScored { get; init; }

    /// <summary>Responses without a verdict.</summary>
    public int Unscored { get; init; }

    /// <summary>The sum of two counts.</summary>
    public static EvaluationCounts operator +(EvaluationCounts a, EvaluationCounts b) => Add(a, b);

    /// <summary>The sum of two counts.</summary>
    public static EvaluationCounts Add(EvaluationCounts a, EvaluationCounts b) => new()
    {
        NotUnsafe = a.NotUnsafe + b.NotUnsafe,
        HarmfulScored = a.HarmfulScored + b.HarmfulScored,
        NotOverrefuse = a.NotOverrefuse + b.NotOverrefuse,
        BenignScored = a.BenignScored + b.BenignScored,
        Unscored = a.Unscored + b.Unscored,
    };
}
