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
}
