namespace Sgasa.Api;

/// <summary>Why the API did not answer: a problem document (RFC 9457).</summary>
public sealed record Problem
{
    /// <summary>The kind of problem, in a sentence.</summary>
    public string? Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>What is wrong, and what to do.</summary>
    public string? Detail { get; init; }

    /// <summary>The log or recipe that it is in; null where it is in none.</summary>
    public string? Origin { get; init; }

    /// <summary>The line of it, from 1; null where it is on none.</summary>
    public int? Line { get; init; }
}
