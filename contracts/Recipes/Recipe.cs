using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Contracts;

/// <summary>Every number a round uses. The defaults are the paper's; where it gives none, ours.</summary>
public sealed record Recipe
{
    /// <summary>Name shown to people.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string Name { get; init; } = "paper";

    /// <summary>Which set of instructions the model is given.</summary>
    public InstructionStyle Instructions { get; init; } = InstructionStyle.Standard;

    /// <summary>Guideline synthesis and verification (method, steps 1 and 2).</summary>
    public GuidelineRecipe Guidelines { get; init; } = new();

    /// <summary>Prompt augmentation and filtering (method, steps 3 and 4).</summary>
    public AugmentationRecipe Augmentation { get; init; } = new();

    /// <summary>SFT data (method, step 5).</summary>
    public SftDataRecipe SftData { get; init; } = new();

    /// <summary>DPO data (method, step 7).</summary>
    public DpoDataRecipe DpoData { get; init; } = new();

    /// <summary>The adapter that is trained.</summary>
    public LoraConfig Lora { get; init; } = new();

    /// <summary>SFT (method, step 6).</summary>
    public SftConfig Sft { get; init; } = (SftConfig)OfARound(new SftConfig());

    /// <summary>DPO (method, step 8).</summary>
    public DpoConfig Dpo { get; init; } = (DpoConfig)OfARound(new DpoConfig());

    /// <summary>The evaluation suite.</summary>
    public EvaluationRecipe Evaluation { get; init; } = new();

    /// <summary>How every step samples, unless it says otherwise: the paper's temperature.</summary>
    public static SamplingConfig DefaultSampling { get; } = new() { Temperature = 0.6, MaxNewTokens = 1_536 };

    /// <summary>
    /// The paper's optimization, for both stages: its learning rate is for a few hundred pairs that the model wrote itself, far above
    /// what TRL gives for DPO. What a model is sampled to say is never cut: longer examples are left out and counted.
    /// </summary>
    private static TrainingArguments OfARound(TrainingArguments arguments) => arguments with
    {
        LearningRate = 5e-4,
        PerDeviceTrainBatchSize = 2,
        GradientAccumulationSteps = 4,
        MaxLength = 2_048,
        TruncationMode = TruncationMode.Drop,
        SaveSteps = 10,
        SaveTotalLimit = 1,
    };
}

/// <summary>Which wording the model is instructed with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InstructionStyle>))]
public enum InstructionStyle
{
    /// <summary>Full instructions, for general models.</summary>
    Standard,

    /// <summary>The few words that the tiny model was trained on.</summary>
    Compact,
}

/// <summary>Guideline synthesis and verification.</summary>
public sealed record GuidelineRecipe
{
    /// <summary>Verified guidelines wanted.</summary>
    [Range(1, 100)]
    public int Count { get; init; } = 10;

    /// <summary>Examples of each label shown when a guideline is written.</summary>
    [Range(1, 50)]
    public int ExamplesPerLabel { get; init; } = 3;

    /// <summary>Responses sampled per verification prompt.</summary>
    [Range(1, 32)]
    public int VerificationSamples { get; init; } = 1;

    /// <summary>Share of right verification responses a guideline must reach.</summary>
    [Range(0.0, 1.0)]
    public double Threshold { get; init; } = 1.0;

    /// <summary>Attempts per guideline before the round fails.</summary>
    [Range(1, 1_000)]
    public int MaxAttempts { get; init; } = 20;

    /// <summary>Sampling of the guideline itself.</summary>
    public SamplingConfig Sampling { get; init; } = Recipe.DefaultSampling;

    /// <summary>Sampling of the verification responses.</summary>
    public SamplingConfig VerificationSampling { get; init; } = Recipe.DefaultSampling;
}

/// <summary>Prompt augmentation by self-instruct.</summary>
public sealed record AugmentationRecipe
{
    /// <summary>Accepted prompts wanted per label.</summary>
    [Range(2, 100_000)]
    public int PromptsPerLabel { get; init; } = 2_500;

    /// <summary>Examples of the label shown each time.</summary>
    [Range(1, 50)]
    public int Examples { get; init; } = 3;

    /// <summary>Texts asked for by one command.</summary>
    [Range(1, 256)]
    public int BatchSize { get; init; } = 16;

    /// <summary>Estimated Jaccard similarity of word trigrams from which two prompts count as the same.</summary>
    [Range(0.0, 1.0)]
    public double NearDuplicateThreshold { get; init; } = 0.9;

    /// <summary>Texts asked for, at most, as a multiple of the prompts wanted.</summary>
    [Range(1.0, 100.0)]
    public double Budget { get; init; } = 6.0;

    /// <summary>Sampling of the new texts.</summary>
    public SamplingConfig Sampling { get; init; } = Recipe.DefaultSampling;

    /// <summary>Sampling of the classification.</summary>
    public SamplingConfig ClassificationSampling { get; init; } = Recipe.DefaultSampling;
}

/// <summary>SFT data.</summary>
public sealed record SftDataRecipe
{
    /// <summary>Pairs wanted per label.</summary>
    [Range(1, 100_000)]
    public int PairsPerLabel { get; init; } = 250;

    /// <summary>Pairs per label below which the round fails when the prompts are used up.</summary>
    [Range(1, 100_000)]
    public int MinimumPerLabel { get; init; } = 50;

    /// <summary>Responses sampled per prompt.</summary>
    [Range(1, 64)]
    public int Samples { get; init; } = 4;

    /// <summary>Prompts per command.</summary>
    [Range(1, 256)]
    public int BatchSize { get; init; } = 8;

    /// <summary>Sampling of the responses.</summary>
    public SamplingConfig Sampling { get; init; } = Recipe.DefaultSampling;

    /// <summary>Sampling of the model's score for a benign response.</summary>
    public SamplingConfig ScoringSampling { get; init; } = Recipe.DefaultSampling;
}

/// <summary>DPO data.</summary>
public sealed record DpoDataRecipe
{
    /// <summary>Pairs wanted from harmful prompts.</summary>
    [Range(1, 100_000)]
    public int HarmfulPairs { get; init; } = 100;

    /// <summary>Pairs wanted from benign prompts.</summary>
    [Range(1, 100_000)]
    public int BenignPairs { get; init; } = 100;

    /// <summary>Pairs per label below which the round fails when the prompts are used up.</summary>
    [Range(0, 100_000)]
    public int MinimumPerLabel { get; init; } = 10;

    /// <summary>Responses sampled per prompt.</summary>
    [Range(2, 64)]
    public int Samples { get; init; } = 8;

    /// <summary>Prompts per command.</summary>
    [Range(1, 256)]
    public int BatchSize { get; init; } = 8;

    /// <summary>Sampling of the responses.</summary>
    public SamplingConfig Sampling { get; init; } = Recipe.DefaultSampling;

    /// <summary>Sampling of the model's score for a benign response.</summary>
    public SamplingConfig ScoringSampling { get; init; } = Recipe.DefaultSampling;
}

/// <summary>The evaluation suite.</summary>
public sealed record EvaluationRecipe
{
    /// <summary>Test prompts per label.</summary>
    [Range(1, 100_000)]
    public int PromptsPerLabel { get; init; } = 150;

    /// <summary>Prompts per command.</summary>
    [Range(1, 1_024)]
    public int ShardSize { get; init; } = 50;

    /// <summary>Sampling of the responses.</summary>
    public SamplingConfig Sampling { get; init; } = Recipe.DefaultSampling;
}
