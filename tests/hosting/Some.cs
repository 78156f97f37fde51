using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Tests;

/// <summary>Makes test data.</summary>
internal static class Some
{
    public static DateTimeOffset Start { get; } = new(2026, 1, 5, 8, 30, 0, TimeSpan.Zero);

    public static AugmentPrompts Command(int batch = 3) =>
        new() { RoundId = "r1", Label = Label.Harmful, Batch = batch, Count = 2 };

    public static PromptAugmented Augmented() => new()
    {
        RoundId = "r1",
        Label = Label.Benign,
        Batch = 1,
        Accepted = new List<AcceptedPrompt> { new() { PromptId = "p", Signature = "AQI=" } },
        Requested = 4,
        Tokens = 5_000_000_000,
    };

    public static RoundSpecification Specification(string id = "r1", long seed = 7) => new()
    {
        Id = id,
        Recipe = new Recipe(),
        Seed = seed,
        BaseModel = "base",
        Judge = JudgeKind.Oracle,
        Source = "log",
        CreatedAt = Start,
    };
}
