using System.Text.Json;

namespace Sgasa.EndToEnd.Tests;

/// <summary>A folder with a log and a recipe for a round of seconds, and what the round leaves there.</summary>
public sealed class SmallRound : IDisposable
{
    // Enough of everything that every step has something to do; the figures mean nothing.
    private const string Recipe =
        """
        extends: tiny
        guidelines: { count: 1, maxAttempts: 60, threshold: 0.7 }
        augmentation: { promptsPerLabel: 16, batchSize: 8, budget: 20 }
        sftData: { pairsPerLabel: 8, minimumPerLabel: 1, batchSize: 8 }
        dpoData: { harmfulPairs: 4, benignPairs: 4, minimumPerLabel: 0, batchSize: 8 }
        sft: { perDeviceTrainBatchSize: 2, gradientAccumulationSteps: 1, saveSteps: 1 }
        dpo: { perDeviceTrainBatchSize: 2, gradientAccumulationSteps: 1, saveSteps: 1 }
        evaluation: { promptsPerLabel: 8, shardSize: 8 }
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("sgasa-e2e-").FullName;

    /// <summary>Writes the recipe.</summary>
    public SmallRound() => File.WriteAllText(Path.Combine(_root, "small.yaml"), Recipe);

    /// <summary>The output folder.</summary>
    public string Output => Path.Combine(_root, "out");

    /// <summary>The folder of the one round's results.</summary>
    public string Results => Directory.GetDirectories(Path.Combine(Output, "rounds")).ShouldHaveSingleItem();

    /// <summary>The command line that makes the round.</summary>
    public string[] Command(params string[] more) =>
    [
        "adapt", Path.Combine(AppContext.BaseDirectory, "samples", "educator.jsonl"),
        "--recipe", Path.Combine(_root, "small.yaml"), "--output", Output, .. more,
    ];

    /// <summary>What must be the same whenever the same round is made: data, weights and figures, by the file's name.</summary>
    public IReadOnlyDictionary<string, string> Outcome()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Results, "round.json")));
        using var evaluation = JsonDocument.Parse(File.ReadAllText(Path.Combine(Results, "evaluation.json")));
        var outcome = new Dictionary<string, string>
        {
            ["adapter"] = manifest.RootElement.GetProperty("adapterHash").GetString()!,
            ["adapter-sft"] = manifest.RootElement.GetProperty("sftAdapterHash").GetString()!,
            ["evaluation"] = evaluation.RootElement.GetProperty("methods").GetRawText(),
        };
        foreach (var file in Directory.GetFiles(Results, "*.jsonl")) outcome[Path.GetFileName(file)] = File.ReadAllText(file);
        return outcome;
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(_root, recursive: true);
}
