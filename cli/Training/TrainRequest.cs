using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Training;

/// <summary>What <c>sgasa train</c> was asked for.</summary>
internal sealed record TrainRequest
{
    /// <summary>The base model's folder; null for the tiny model.</summary>
    public string? Model { get; init; }

    /// <summary>The data sets.</summary>
    public required TrainingFiles Files { get; init; }

    /// <summary>The adapter to begin with; null for a fresh one.</summary>
    public string? Adapter { get; init; }

    /// <summary>The run's folder.</summary>
    public required string Output { get; init; }

    /// <summary>A fresh adapter's rank, scaling and targets.</summary>
    public required LoraConfig Lora { get; init; }

    /// <summary>Settings of the run: <see cref="SftConfig"/> or <see cref="DpoConfig"/>.</summary>
    public required TrainingArguments Arguments { get; init; }

    /// <summary>Seed of a fresh adapter.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether texts are taken as what a user says and an assistant answers.</summary>
    public bool TextsAsChat { get; init; }

    /// <summary>Where the model runs.</summary>
    public required string Device { get; init; }

    /// <summary>Type of the base weights.</summary>
    public required string Dtype { get; init; }

    /// <summary>Whether the result is printed as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>The stage's name for people.</summary>
    public string Stage => Arguments is DpoConfig ? "DPO" : "SFT";
}
