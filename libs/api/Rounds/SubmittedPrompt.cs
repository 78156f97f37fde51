using System.Text.Json.Serialization;

namespace Sgasa.Api.Rounds;

/// <summary>A prompt as attack logs give it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SubmittedPrompt
{
    /// <summary>Its text.</summary>
    public string? Prompt { get; init; }

    /// <summary><c>harmful</c> or <c>benign</c>.</summary>
    public string? Label { get; init; }

    /// <summary>Attack family.</summary>
    public string? Family { get; init; }

    /// <summary>Where it was seen.</summary>
    public string? Source { get; init; }

    /// <summary>Its id; its number where it has none.</summary>
    public string? Id { get; init; }
}
