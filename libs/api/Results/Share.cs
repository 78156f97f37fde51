namespace Sgasa.Api.Results;

/// <summary>A count out of a total.</summary>
public sealed record Share
{
    /// <summary>Responses that are as wanted.</summary>
    public required int Count { get; init; }

    /// <summary>Responses judged.</summary>
    public required int Total { get; init; }

    /// <summary>Count by total, 0 to 1.</summary>
    public required double Value { get; init; }

    /// <summary>Wilson's 95 % interval.</summary>
    public required Interval Interval { get; init; }

    /// <summary>A share with its interval; null of nothing, which is no zero.</summary>
    public static Share? Of(int count, int total) => total == 0
        ? null
        : new Share
        {
            Count = count,
            Total = total,
            Value = (double)count / total,
            Interval = ConfidenceIntervals.Wilson(count, total),
        };
}
