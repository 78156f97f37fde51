using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Specifications;

namespace Sgasa.Trainer.Tests;

/// <summary>Makes test data.</summary>
internal static class Some
{
    public const string RoundId = "round-1";
    public const string BaseModel = "base-model-fingerprint";
    public static readonly string SftJob = ArtifactIds.Checkpoint(RoundId, Stage.Sft);
    public static readonly string DpoJob = ArtifactIds.Checkpoint(RoundId, Stage.Dpo);

    public static IOptions<TrainerOptions> Options(string dataFolder) =>
        Microsoft.Extensions.Options.Options.Create(
            new TrainerOptions { ModelFolder = "model", DataFolder = dataFolder, Owner = "this trainer" });

    public static SftPair SftPair(int number) => new()
    {
        Id = ArtifactIds.Pair(RoundId, Stage.Sft, ArtifactIds.AugmentedPrompt(RoundId, Label.Benign, 0, number)),
        RoundId = RoundId,
        PromptId = ArtifactIds.AugmentedPrompt(RoundId, Label.Benign, 0, number),
        Label = Label.Benign,
        Prompt = $"question {number}",
        Completion = $"thought {number}\n</think>\n\nanswer {number}",
        GuidelineId = ArtifactIds.Guideline(RoundId, 0, 0),
    };

    public static PreferencePair PreferencePair(int number) => new()
    {
        Id = ArtifactIds.Pair(RoundId, Stage.Dpo, ArtifactIds.AugmentedPrompt(RoundId, Label.Benign, 0, number)),
        RoundId = RoundId,
        PromptId = ArtifactIds.AugmentedPrompt(RoundId, Label.Benign, 0, number),
        Label = Label.Benign,
        Prompt = $"question {number}",
        Chosen = $"thought {number}\n</think>\n\nanswer {number}",
        Rejected = $"thought\n</think>\n\nI am sorry, {number}",
    };

    public static RoundSpecification Round(Recipe? recipe = null) => new()
    {
        Id = RoundId,
        Recipe = recipe ?? new Recipe(),
        Seed = 7,
        BaseModel = BaseModel,
        Judge = JudgeKind.Rules,
        Source = "test",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    public static TrainingSpecification Specification(int saveSteps = 5, string roundId = RoundId) => new()
    {
        RoundId = roundId,
        Lora = new LoraConfig(),
        Sft = new SftConfig { SaveSteps = saveSteps },
        Seed = 7,
    };

    public static TrainingJobRecord Job(TrainingSpecification? specification = null) => new()
    {
        Id = SftJob,
        Specification = (specification ?? Specification()).ToJson(),
        Status = TrainingJobStatus.Queued,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
