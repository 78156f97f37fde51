using System.Text.Json;
using System.Text.Json.Serialization;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Trainer.Specifications;

/// <summary>What a training job is to do, as it is stored with the job.</summary>
public sealed record TrainingSpecification
{
    /// <summary>The round; empty for a job outside a round.</summary>
    public string RoundId { get; init; } = "";

    /// <summary>
    /// The checkpoint to start from, in DPO also the reference; null for a fresh adapter, or the one that came with the job.
    /// </summary>
    public string? ParentCheckpointId { get; init; }

    /// <summary>A fresh adapter's settings.</summary>
    public required LoraConfig Lora { get; init; }

    /// <summary>Settings of an SFT job; null for another.</summary>
    public SftConfig? Sft { get; init; }

    /// <summary>Settings of a DPO job; null for another.</summary>
    public DpoConfig? Dpo { get; init; }

    /// <summary>The seed of a fresh adapter.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Stored pairs to train on, sorted; empty where <see cref="Upload"/> is given.</summary>
    public IReadOnlyList<string> PairIds { get; init; } = [];

    /// <summary>The data sets that came with the job; null for a round's.</summary>
    public TrainingUpload? Upload { get; init; }

    /// <summary>SFT or DPO.</summary>
    [JsonIgnore]
    public Stage Stage => Dpo is null ? Stage.Sft : Stage.Dpo;

    /// <summary>The settings of the stage.</summary>
    [JsonIgnore]
    public TrainingArguments Arguments => (TrainingArguments?)Dpo ?? Sft ?? throw new JsonException("The job has no settings.");

    /// <summary>The training of a round's pairs: the seeds derive from the job's id.</summary>
    public static TrainingSpecification OfRound(
        string jobId, string roundId, Stage stage, string? parentCheckpointId, Recipe recipe, long seed, IEnumerable<string> pairIds)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var order = (ulong)Seeds.Derive(seed, jobId + "/order");
        return new TrainingSpecification
        {
            RoundId = roundId,
            ParentCheckpointId = parentCheckpointId,
            Lora = recipe.Lora,
            Sft = stage == Stage.Sft ? recipe.Sft with { ShuffleSeed = order } : null,
            Dpo = stage == Stage.Dpo ? recipe.Dpo with { ShuffleSeed = order } : null,
            Seed = (ulong)Seeds.Derive(seed, jobId),
            PairIds = [.. pairIds.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>Reads a job's specification, as <see cref="ToJson"/> or an earlier version wrote it.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static TrainingSpecification Of(TrainingJobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        using var json = JsonDocument.Parse(job.Specification);
        if (!json.RootElement.TryGetProperty("recipe", out _))
        {
            return json.Deserialize(JobJson.Default.TrainingSpecification)
                ?? throw new JsonException("The training job's specification is null.");
        }
        var earlier = json.Deserialize(JobJson.Default.EarlierSpecification)!;
        return OfRound(
            job.Id, earlier.RoundId, earlier.Stage, earlier.ParentCheckpointId, earlier.Recipe, earlier.Seed, earlier.PairIds);
    }

    /// <summary>The specification as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JobJson.Default.TrainingSpecification);
}

/// <summary>What an earlier version stored with a round's job.</summary>
internal sealed record EarlierSpecification
{
    public required string RoundId { get; init; }

    public required Stage Stage { get; init; }

    public string? ParentCheckpointId { get; init; }

    public required Recipe Recipe { get; init; }

    public required long Seed { get; init; }

    public IReadOnlyList<string> PairIds { get; init; } = [];
}

/// <summary>The JSON shapes that the trainer stores.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(RecipeJsonConverter)])]
[JsonSerializable(typeof(TrainingSpecification))]
[JsonSerializable(typeof(EarlierSpecification))]
internal sealed partial class JobJson : JsonSerializerContext;
