using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

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
    public LoraRecipe Lora { get; init; } = new();

    /// <summary>SFT (method, step 6).</summary>
    public TrainingRecipe Sft { get; init; } = new();

    /// <summary>DPO (method, step 8).</summary>
    public DpoRecipe Dpo { get; init; } = new();

    /// <summary>The evaluation suite.</summary>
    public EvaluationRecipe Evaluation { get; init; } = new();
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

/// <summary>How tokens are sampled.</summary>
public sealed record SamplingRecipe
{
    /// <summary>Softmax temperature; 0 takes the likeliest token.</summary>
    [Range(0.0, 5.0)]
    public double Temperature { get; init; } = 0.6;

    /// <summary>Nucleus: the smallest set of tokens whose probability reaches this; 1 keeps all.</summary>
    [Range(0.0, 1.0)]
    public double TopP { get; init; } = 1.0;

    /// <summary>Keeps the k likeliest tokens; 0 keeps all.</summary>
    [Range(0, int.MaxValue)]
    public int TopK { get; init; }

    /// <summary>Most tokens a response may have.</summary>
    [Range(1, 131_072)]
    public int MaxNewTokens { get; init; } = 1_536;
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
    public SamplingRecipe Sampling { get; init; } = new();

    /// <summary>Sampling of the verification responses.</summary>
    public SamplingRecipe VerificationSampling { get; init; } = new();
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
    public SamplingRecipe Sampling { get; init; } = new();

    /// <summary>Sampling of the classification.</summary>
    public SamplingRecipe ClassificationSampling { get; init; } = new();
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
    public SamplingRecipe Sampling { get; init; } = new();

    /// <summary>Sampling of the model's score for a benign response.</summary>
    public SamplingRecipe ScoringSampling { get; init; } = new();
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
    public SamplingRecipe Sampling { get; init; } = new();

    /// <summary>Sampling of the model's score for a benign response.</summary>
    public SamplingRecipe ScoringSampling { get; init; } = new();
}

/// <summary>The low-rank adapter.</summary>
public sealed record LoraRecipe
{
    /// <summary>Inner dimension r of the update (alpha / r) B A.</summary>
    [Range(1, 512)]
    public int Rank { get; init; } = 16;

    /// <summary>Scale alpha of the update.</summary>
    [Range(0.001, 4_096.0)]
    public double Alpha { get; init; } = 32;
}

/// <summary>Optimization of one training.</summary>
public record TrainingRecipe
{
    /// <summary>Passes over the pairs.</summary>
    [Range(1, 100)]
    public int Epochs { get; init; } = 1;

    /// <summary>Peak learning rate.</summary>
    [Range(1e-8, 1.0)]
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>Share of the steps in which the learning rate rises linearly from 0.</summary>
    [Range(0.0, 1.0)]
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Examples (pairs, in DPO) per optimizer step.</summary>
    [Range(1, 4_096)]
    public int BatchSize { get; init; } = 8;

    /// <summary>Examples per forward pass; changes memory and speed, not the result.</summary>
    [Range(1, 4_096)]
    public int MicroBatchSize { get; init; } = 2;

    /// <summary>AdamW weight decay.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; }

    /// <summary>Largest global gradient norm.</summary>
    [Range(1e-6, 1e6)]
    public double MaxGradNorm { get; init; } = 1.0;

    /// <summary>Longest sequence, prompt and completion, in tokens; longer examples are left out and counted.</summary>
    [Range(16, 131_072)]
    public int MaxLength { get; init; } = 2_048;

    /// <summary>Optimizer steps between two saved training states.</summary>
    [Range(1, 100_000)]
    public int SaveEvery { get; init; } = 10;
}

/// <summary>DPO: a training with a temperature of the implicit reward.</summary>
public sealed record DpoRecipe : TrainingRecipe
{
    /// <summary>Strength beta of the pull to the reference.</summary>
    [Range(1e-4, 100.0)]
    public double Beta { get; init; } = 0.1;
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
    public SamplingRecipe Sampling { get; init; } = new();
}
