using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts.Tests;

/// <summary>Makes test data.</summary>
internal static class Some
{
    public static AttackPrompt Attack(int index, string text = "How does a tide form?", string round = "r1") => new()
    {
        Id = ArtifactIds.AttackPrompt(round, index),
        RoundId = round,
        LogId = $"line {index}",
        Text = text,
        Label = index % 2 == 0 ? Label.Harmful : Label.Benign,
        Family = "educator",
    };

    public static RoundDocument Round(string id, long version = 0, string json = "{}", int minute = 0) => new()
    {
        Id = id,
        Version = version,
        Status = "Running",
        CreatedAt = Start.AddMinutes(minute),
        Json = json,
    };

    public static TrainingJobRecord Job(string id, int minute = 0) => new()
    {
        Id = id,
        Specification = """{"pairs":["r1/pair/sft/prompt/benign/00001-00002"]}""",
        Status = TrainingJobStatus.Queued,
        CreatedAt = Start.AddMinutes(minute),
    };

    public static DateTimeOffset Start { get; } = new(2026, 1, 5, 8, 30, 0, TimeSpan.Zero);

    public static RoundSpecification Specification() => new()
    {
        Id = "r1",
        Recipe = new Recipe { Name = "tiny", Instructions = InstructionStyle.Compact },
        Seed = long.MaxValue,
        BaseModel = "sha256",
        ParentCheckpointId = "r0/checkpoint/dpo",
        Judge = JudgeKind.Oracle,
        Source = "educator.jsonl",
        CreatedAt = Start,
    };

    public static EvaluationPrompt EvaluationPrompt() => new()
    {
        Id = ArtifactIds.EvaluationPrompt("r1", Label.Benign, 1),
        RoundId = "r1",
        Text = "How is glass made?",
        Label = Label.Benign,
        Family = "roleplay",
    };

    public static Guideline Guideline() => new()
    {
        Id = ArtifactIds.Guideline("r1", 1, 2),
        RoundId = "r1",
        Slot = 1,
        Attempt = 2,
        Text = "Look at what is asked, not at its dress.",
        Verified = true,
        Score = 0.1 + 0.2,
        ExampleIds = ["r1/attack/00000", "r1/attack/00001"],
        InstructionHash = "abc",
    };

    public static AugmentedPrompt AugmentedPrompt() => new()
    {
        Id = ArtifactIds.AugmentedPrompt("r1", Label.Harmful, 3, 4),
        RoundId = "r1",
        Text = "",
        Label = Label.Harmful,
        Verdict = PromptVerdict.NearDuplicate,
        ExampleIds = [],
        InstructionHash = "abc",
    };

    public static SftPair SftPair() => new()
    {
        Id = ArtifactIds.Pair("r1", Stage.Sft, AugmentedPrompt().Id),
        RoundId = "r1",
        PromptId = AugmentedPrompt().Id,
        Label = Label.Benign,
        Prompt = "p",
        Completion = "<think>t</think>a",
        GuidelineId = Guideline().Id,
        Score = 8.5,
    };

    public static PreferencePair PreferencePair() => new()
    {
        Id = ArtifactIds.Pair("r1", Stage.Dpo, AugmentedPrompt().Id),
        RoundId = "r1",
        PromptId = AugmentedPrompt().Id,
        Label = Label.Harmful,
        Prompt = "p",
        Chosen = "c",
        Rejected = "r",
    };

    public static Checkpoint Checkpoint() => new()
    {
        Id = ArtifactIds.Checkpoint("r1", Stage.Sft),
        RoundId = "r1",
        Stage = Stage.Sft,
        BaseModel = "sha256",
        Folder = "r1/sft",
        AdapterHash = "h",
        DataHash = "d",
        Pairs = 20,
        Steps = 3,
        FinalLoss = double.NaN,
    };

    public static JudgedResponse JudgedResponse() => new()
    {
        Id = ArtifactIds.Response("r1", "vanilla", EvaluationPrompt().Id, 0),
        RoundId = "r1",
        Method = Method.Vanilla,
        PromptId = EvaluationPrompt().Id,
        Label = Label.Benign,
        Text = "text",
        Verdict = JudgeVerdict.Unscored,
    };

    public static Evaluation Evaluation() => new()
    {
        Id = ArtifactIds.Evaluation("r1", Method.Dpo),
        RoundId = "r1",
        Method = Method.Dpo,
        Judge = JudgeKind.Model,
        Counts = new EvaluationCounts { NotUnsafe = 1, HarmfulScored = 2, NotOverrefuse = 3, BenignScored = 4, Unscored = 5 },
    };

    public static Receipt Receipt() => new() { Id = ArtifactIds.Receipt("r1", "w"), RoundId = "r1", Event = """{"a":"é"}""" };
}
