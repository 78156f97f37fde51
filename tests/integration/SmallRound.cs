using System.Text.Json.Nodes;

namespace Sgasa.Integration.Tests;

/// <summary>What every round here is made from: the same request, with something to do for every service in every step.</summary>
internal static class SmallRound
{
    /// <summary>After how many steps a training's state is saved.</summary>
    public const int SaveEvery = 5;

    // The figures mean nothing. A few short steps, with a state saved after some of them, so that a trainer can be ended in
    // the middle of an epoch; several batches of everything, so that replicas have something to share.
    private static readonly string Recipe =
        $$"""
        extends: tiny
        guidelines: { count: 1, maxAttempts: 60, threshold: 0.7 }
        augmentation: { promptsPerLabel: 16, batchSize: 4, budget: 20 }
        sftData: { pairsPerLabel: 6, minimumPerLabel: 1, samples: 2, batchSize: 3 }
        dpoData: { harmfulPairs: 3, benignPairs: 3, minimumPerLabel: 0, samples: 4, batchSize: 3 }
        sft: { perDeviceTrainBatchSize: 1, gradientAccumulationSteps: 1, numTrainEpochs: 1, saveSteps: {{SaveEvery}} }
        dpo: { perDeviceTrainBatchSize: 1, gradientAccumulationSteps: 1, numTrainEpochs: 2, saveSteps: {{SaveEvery}} }
        evaluation: { promptsPerLabel: 4, shardSize: 3 }
        """;

    private static readonly string Log = Path.Combine(AppContext.BaseDirectory, "samples", "educator.jsonl");

    /// <summary>The body of <c>POST /v1/rounds</c>.</summary>
    public static JsonObject Request { get; } = new()
    {
        ["prompts"] = new JsonArray([.. File.ReadLines(Log).Select(prompt => JsonNode.Parse(prompt))]),
        ["source"] = "educator.jsonl",
        ["recipe"] = Recipe,
        ["seed"] = 7,
        ["judge"] = "Rules",
    };
}
