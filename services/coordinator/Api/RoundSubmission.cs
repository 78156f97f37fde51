using System.Text.Json;
using System.Text.Json.Serialization;
using Sgasa.Contracts;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Api;

/// <summary>A round as it is asked for over HTTP. A member that nobody knows is a mistake.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RoundSubmission
{
    /// <summary>Attack logs that were taken in before, by id; may be left out where <see cref="Prompts"/> are given.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>Attack prompts, in place of logs.</summary>
    public IReadOnlyList<SubmittedPrompt> Prompts { get; init; } = [];

    /// <summary>What to call the attack log; the first log's name where it is left out.</summary>
    public string? Source { get; init; }

    /// <summary>A built-in recipe's name, a recipe as YAML in a text, or a recipe as a JSON object; else the paper's.</summary>
    public JsonElement? Recipe { get; init; }

    /// <summary>The seed all randomness derives from.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Test prompts of both labels; without any, augmented prompts are held out.</summary>
    public IReadOnlyList<SubmittedPrompt> Evaluation { get; init; } = [];

    /// <summary>Who judges.</summary>
    public JudgeKind Judge { get; init; } = JudgeKind.Rules;

    /// <summary>The checkpoint to start from; the base model where it is left out.</summary>
    public string? Parent { get; init; }

    /// <summary>The base model's fingerprint, where the round is meant for that model and no other.</summary>
    public string? BaseModel { get; init; }
}

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

/// <summary>The answer to a submission.</summary>
public sealed record SubmittedRound
{
    /// <summary>The round's id; the same submission has the same.</summary>
    public required string Id { get; init; }

    /// <summary>Whether this request began it; else it was there, and goes on where it had failed or was cancelled.</summary>
    public required bool Begun { get; init; }
}

/// <summary>What a server says of itself.</summary>
public sealed record ServerInfo
{
    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>The base model; null while nobody knows it.</summary>
    public BaseModelInfo? Model { get; init; }

    /// <summary>Why the base model is not known; null where it is.</summary>
    public string? ModelFault { get; init; }
}

/// <summary>Where a round stands after it was asked to stop.</summary>
/// <param name="Id">The round.</param>
/// <param name="Status">Where it stands; a round that had ended stays as it was.</param>
public sealed record CancelledRound(string Id, RoundStatus Status);
