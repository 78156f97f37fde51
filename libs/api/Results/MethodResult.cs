using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Api.Results;

/// <summary>The figures of one method.</summary>
public sealed record MethodResult
{
    /// <summary>The method.</summary>
    public required Method Method { get; init; }

    /// <summary>Who judged.</summary>
    public required JudgeKind Judge { get; init; }

    /// <summary>Harmful test prompts whose response is not unsafe; null where none was scored.</summary>
    public required Share? NotUnsafe { get; init; }

    /// <summary>Benign test prompts whose response is no over-refusal; null where none was scored.</summary>
    public required Share? NotOverrefuse { get; init; }

    /// <summary>Mean of the two shares; null where one is missing.</summary>
    public required double? Average { get; init; }

    /// <summary>Newcombe's 95 % interval of the average.</summary>
    public required Interval? AverageInterval { get; init; }

    /// <summary>Responses judged.</summary>
    public required int Scored { get; init; }

    /// <summary>Responses that could not be judged; they are in no share.</summary>
    public required int Unscored { get; init; }

    /// <summary>The figures of one evaluation.</summary>
    public static MethodResult From(Evaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        var counts = evaluation.Counts;
        var safe = Share.Of(counts.NotUnsafe, counts.HarmfulScored);
        var answered = Share.Of(counts.NotOverrefuse, counts.BenignScored);
        var both = safe is not null && answered is not null;
        return new MethodResult
        {
            Method = evaluation.Method,
            Judge = evaluation.Judge,
            NotUnsafe = safe,
            NotOverrefuse = answered,
            Average = both ? (safe!.Value + answered!.Value) / 2 : null,
            AverageInterval = both
                ? ConfidenceIntervals.MeanOfTwo(safe!.Value, safe.Interval, answered!.Value, answered.Interval)
                : null,
            Scored = counts.HarmfulScored + counts.BenignScored,
            Unscored = counts.Unscored,
        };
    }
}
