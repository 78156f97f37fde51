using System.Text.Json.Serialization;
using Sgasa.Api;
using Sgasa.Api.Rounds;
using Sgasa.Contracts;

namespace Sgasa.Cli.Reports;

/// <summary>What a round gained, for people and for <c>--json</c>.</summary>
public sealed record RoundReport
{
    /// <summary>The round's id.</summary>
    public required string Round { get; init; }

    /// <summary>Where it stands.</summary>
    [JsonConverter(typeof(CamelCase<RoundStatus>))]
    public required RoundStatus Status { get; init; }

    /// <summary>Why it failed; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Name of the attack log.</summary>
    public required string Source { get; init; }

    /// <summary>The base model's name; null where only its fingerprint is known.</summary>
    public string? Model { get; init; }

    /// <summary>The base model's fingerprint.</summary>
    public required string BaseModel { get; init; }

    /// <summary>Whether the figures are the tiny model's, a stand-in for a real one.</summary>
    public required bool TinyModel { get; init; }

    /// <summary>The recipe's name.</summary>
    public required string Recipe { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Who judged.</summary>
    [JsonConverter(typeof(CamelCase<JudgeKind>))]
    public required JudgeKind Judge { get; init; }

    /// <summary>Where the test prompts came from.</summary>
    [JsonConverter(typeof(CamelCase<TestPromptSource>))]
    public TestPromptSource TestPrompts { get; init; }

    /// <summary>When the round was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether the candidate became the champion; null until the round is complete.</summary>
    public bool? Promoted { get; init; }

    /// <summary>Why it did or did not; null until the round is complete.</summary>
    public string? PromotionReason { get; init; }

    /// <summary>The folder of the round's files; null where there are none.</summary>
    public string? Results { get; init; }

    /// <summary>The methods evaluated so far, in the order of the paper's tables.</summary>
    public required IReadOnlyList<MethodReport> Methods { get; init; }

    /// <summary>What the candidate's average gained over Vanilla's; null until both are known.</summary>
    public double? Gain => AverageOf(Method.Dpo) - AverageOf(Method.Vanilla) is { } gain ? Math.Round(gain, 6) : null;

    private double? AverageOf(Method method) => Methods.FirstOrDefault(m => m.Method == method.DisplayName())?.Average;
}
