using System.Text.Json;
using System.Text.Json.Serialization;
using Sgasa.Contracts;

namespace Sgasa.Trainer.Jobs;

/// <summary>What a training job is to do, as it is stored with the job.</summary>
public sealed record TrainingSpecification
{
    /// <summary>The round; empty for a job outside a round.</summary>
    public required string RoundId { get; init; }

    /// <summary>SFT or DPO.</summary>
    public required Stage Stage { get; init; }

    /// <summary>
    /// The adapter to start from, in DPO also the reference; null for a fresh adapter on the base model.
    /// </summary>
    public string? ParentCheckpointId { get; init; }

    /// <summary>The recipe, of which the adapter's and the stage's parts are used.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The seed that the adapter's and the order's seeds derive from.</summary>
    public required long Seed { get; init; }

    /// <summary>Stored pairs to train on, sorted; empty where <see cref="Examples"/> are given.</summary>
    public IReadOnlyList<string> PairIds { get; init; } = [];

    /// <summary>Examples that came with the job itself.</summary>
    public IReadOnlyList<TrainingExample> Examples { get; init; } = [];

    /// <summary>The stage's part of the recipe.</summary>
    [JsonIgnore]
    public TrainingRecipe Training => Stage == Stage.Sft ? Recipe.Sft : Recipe.Dpo;

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static TrainingSpecification FromJson(string json) =>
        JsonSerializer.Deserialize(json, JobJson.Default.TrainingSpecification)
        ?? throw new JsonException("The training job's specification is null.");

    /// <summary>The specification as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JobJson.Default.TrainingSpecification);
}

/// <summary>
/// One example: a prompt with the completion to learn or, in DPO, the chosen one; and the rejected one in DPO.
/// </summary>
public sealed record TrainingExample(string Prompt, string Completion, string? Rejected = null);

/// <summary>The JSON shapes that the trainer stores.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TrainingSpecification))]
[JsonSerializable(typeof(TrainingStateHeader))]
internal sealed partial class JobJson : JsonSerializerContext;
