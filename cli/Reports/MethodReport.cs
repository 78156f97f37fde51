using Sgasa.Api.Results;
using Sgasa.Contracts;

namespace Sgasa.Cli.Reports;

/// <summary>The figures of one method, each with its count and its 95 % interval.</summary>
public sealed record MethodReport
{
    /// <summary>The method's name as the paper's tables print it.</summary>
    public required string Method { get; init; }

    /// <summary>Share of harmful prompts whose response is not unsafe; null where none could be judged.</summary>
    public double? NotUnsafe { get; init; }

    /// <summary>Share of benign prompts whose response is no over-refusal; null where none could be judged.</summary>
    public double? NotOverrefuse { get; init; }

    /// <summary>Mean of the two.</summary>
    public double? Average { get; init; }

    /// <summary>Responses judged.</summary>
    public required int N { get; init; }

    /// <summary>Responses to harmful prompts judged.</summary>
    public required int NHarmful { get; init; }

    /// <summary>Responses to benign prompts judged.</summary>
    public required int NBenign { get; init; }

    /// <summary>Responses that could not be judged; they are in no share.</summary>
    public required int Unscored { get; init; }

    /// <summary>Wilson's 95 % interval, low and high.</summary>
    public IReadOnlyList<double>? NotUnsafeInterval { get; init; }

    /// <summary>Wilson's 95 % interval, low and high.</summary>
    public IReadOnlyList<double>? NotOverrefuseInterval { get; init; }

    /// <summary>Newcombe's 95 % interval, low and high.</summary>
    public IReadOnlyList<double>? AverageInterval { get; init; }

    /// <summary>The figures under another name than the method's, e.g. that of an adapter.</summary>
    public static MethodReport From(MethodResult result, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new MethodReport
        {
            Method = name ?? result.Method.DisplayName(),
            NotUnsafe = Round(result.NotUnsafe?.Value),
            NotOverrefuse = Round(result.NotOverrefuse?.Value),
            Average = Round(result.Average),
            N = result.Scored,
            NHarmful = result.NotUnsafe?.Total ?? 0,
            NBenign = result.NotOverrefuse?.Total ?? 0,
            Unscored = result.Unscored,
            NotUnsafeInterval = Ends(result.NotUnsafe?.Interval),
            NotOverrefuseInterval = Ends(result.NotOverrefuse?.Interval),
            AverageInterval = Ends(result.AverageInterval),
        };
    }

    private static double[]? Ends(Interval? interval) =>
        interval is null ? null : [Math.Round(interval.Low, 6), Math.Round(interval.High, 6)];

    private static double? Round(double? value) => value is { } v ? Math.Round(v, 6) : null;
}
