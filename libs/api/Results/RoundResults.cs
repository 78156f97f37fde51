using System.Text.Json.Serialization;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Api.Results;

/// <summary>What a round gained: each evaluated method's figures on the same test prompts, in the order of the methods.</summary>
public sealed record RoundResults
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>One entry for each method that is fully evaluated.</summary>
    public required IReadOnlyList<MethodResult> Methods { get; init; }

    /// <summary>
    /// What the candidate's average gained over Vanilla's, of averages to six digits as reports show them; null until both
    /// are known.
    /// </summary>
    [JsonIgnore]
    public double? Gain => Rounded(AverageOf(Method.Dpo)) - Rounded(AverageOf(Method.Vanilla)) is { } gain ? Rounded(gain) : null;

    /// <summary>The figures of a round's evaluations.</summary>
    public static RoundResults From(string roundId, IEnumerable<Evaluation> evaluations) => new()
    {
        RoundId = roundId,
        Methods = [.. evaluations.OrderBy(e => e.Method).Select(MethodResult.From)],
    };

    private double? AverageOf(Method method) => Methods.FirstOrDefault(m => m.Method == method)?.Average;

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, 6) : null;
}
