using System.Text.Json;
using System.Text.Json.Serialization;
using Sgasa.Contracts;

namespace Sgasa.Api.Rounds;

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
