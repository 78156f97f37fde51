namespace Sgasa.Api.Deployments;

/// <summary>A message that was given up; never its text.</summary>
public sealed record MessageFault
{
    /// <summary>The message's id.</summary>
    public required string Id { get; init; }

    /// <summary>The queue it failed in.</summary>
    public required string Queue { get; init; }

    /// <summary>The message's type, e.g. <c>AugmentPrompts</c>; empty where it can't be read.</summary>
    public required string MessageType { get; init; }

    /// <summary>Its round; empty where it can't be read.</summary>
    public required string RoundId { get; init; }

    /// <summary>The command's name and place in the round; empty for an event.</summary>
    public required string Work { get; init; }

    /// <summary>What went wrong, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>When it failed; null where it can't be read.</summary>
    public required DateTimeOffset? FaultedAt { get; init; }
}
