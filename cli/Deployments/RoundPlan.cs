using Sgasa.AttackLogs;
using Sgasa.Cli.Models;
using Sgasa.Contracts;

namespace Sgasa.Cli.Deployments;

/// <summary>A round that can be started, wherever it is to run.</summary>
internal sealed record RoundPlan
{
    /// <summary>The attack log's file.</summary>
    public required string LogFile { get; init; }

    /// <summary>The part of the log that the round works with.</summary>
    public required IReadOnlyList<LoggedPrompt> AttackPrompts { get; init; }

    /// <summary>The test prompts; empty to hold out augmented ones.</summary>
    public required IReadOnlyList<LoggedPrompt> TestPrompts { get; init; }

    /// <summary>Every number that the round uses.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Who judges.</summary>
    public required JudgeKind Judge { get; init; }

    /// <summary>The base model.</summary>
    public required ModelChoice Model { get; init; }

    /// <summary>Its fingerprint.</summary>
    public required string BaseModel { get; init; }

    /// <summary>What to call the attack log.</summary>
    public string Source => Path.GetFileName(LogFile);
}
