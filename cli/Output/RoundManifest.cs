using System.Text.Json.Serialization;
using Sgasa.Api;
using Sgasa.Cli.Reports;
using Sgasa.Contracts;

namespace Sgasa.Cli.Output;

/// <summary>What a round was made from and with, beside its results: <c>round.json</c>.</summary>
internal sealed record RoundManifest
{
    /// <summary>The round's id.</summary>
    public required string Round { get; init; }

    /// <summary>Name of the attack log.</summary>
    public required string Source { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>The recipe's name; its values are in <c>recipe.yaml</c>.</summary>
    public required string Recipe { get; init; }

    /// <summary>SHA-256 of the recipe's values.</summary>
    public required string RecipeHash { get; init; }

    /// <summary>The base model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Whether that is the tiny model.</summary>
    public required bool TinyModel { get; init; }

    /// <summary>The base model's fingerprint.</summary>
    public required string BaseModel { get; init; }

    /// <summary>Who judged.</summary>
    [JsonConverter(typeof(CamelCase<JudgeKind>))]
    public required JudgeKind Judge { get; init; }

    /// <summary>Where the test prompts came from.</summary>
    [JsonConverter(typeof(CamelCase<TestPromptSource>))]
    public required TestPromptSource TestPrompts { get; init; }

    /// <summary>When the round was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>SHA-256 of <c>adapter-sft/adapter_model.safetensors</c>.</summary>
    public required string SftAdapterHash { get; init; }

    /// <summary>SHA-256 over the SFT pairs.</summary>
    public required string SftDataHash { get; init; }

    /// <summary>SHA-256 of <c>adapter/adapter_model.safetensors</c>.</summary>
    public required string AdapterHash { get; init; }

    /// <summary>SHA-256 over the preference pairs.</summary>
    public required string DpoDataHash { get; init; }

    /// <summary>The tool's version.</summary>
    public required string Version { get; init; }

    /// <summary>The .NET runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>TorchSharp's version.</summary>
    public required string TorchSharp { get; init; }

    /// <summary>Operating system and processor.</summary>
    public required string System { get; init; }
}
