using System.Text.Json.Serialization;
using Sgasa.Api;
using Sgasa.Contracts;

namespace Sgasa.Cli.Reports;

/// <summary>The figures of one model or adapter on a prompt file, for people and for <c>--json</c>.</summary>
public sealed record EvaluationReport
{
    /// <summary>The prompt file.</summary>
    public required string Prompts { get; init; }

    /// <summary>The base model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Whether the figures are the tiny model's, a stand-in for a real one.</summary>
    public required bool TinyModel { get; init; }

    /// <summary>The adapter's folder; null for the base model.</summary>
    public string? Adapter { get; init; }

    /// <summary>Who judged.</summary>
    [JsonConverter(typeof(CamelCase<JudgeKind>))]
    public required JudgeKind Judge { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>The one row of the table.</summary>
    public required IReadOnlyList<MethodReport> Methods { get; init; }
}
