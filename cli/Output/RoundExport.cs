using System.Runtime.InteropServices;
using Sgasa.Artifacts;
using Sgasa.Cli.Commands;
using Sgasa.Cli.Reports;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Cli.Output;

/// <summary>Writes what a round made as files in the formats that others read: PEFT, TRL's JSON Lines, YAML.</summary>
/// <param name="artifacts">The store.</param>
/// <param name="checkpoints">The folder under which the trainer keeps adapters.</param>
internal sealed class RoundExport(IArtifactStore artifacts, string checkpoints)
{
    private const string LastFile = "round.json";

    /// <summary>Whether a folder has everything: the file that is written last is there.</summary>
    public static bool IsComplete(string folder) => File.Exists(Path.Combine(folder, LastFile));

    /// <summary>What a complete folder says of its round; null where that is damaged.</summary>
    public static async Task<RoundManifest?> ReadManifestAsync(string folder, CancellationToken cancellationToken) =>
        ExportJson.ReadManifest(await File.ReadAllTextAsync(Path.Combine(folder, LastFile), cancellationToken));

    /// <summary>Writes a completed round's files; each appears whole or not at all, <c>round.json</c> last.</summary>
    public async Task WriteAsync(RoundDetails round, RoundReport report, string folder, CancellationToken cancellationToken)
    {
        var id = round.Specification.Id;
        Directory.CreateDirectory(folder);
        var sft = await CopyAdapterAsync(round.SftCheckpointId, Path.Combine(folder, "adapter-sft"), cancellationToken);
        var dpo = await CopyAdapterAsync(round.DpoCheckpointId, Path.Combine(folder, "adapter"), cancellationToken);

        await LinesAsync(
            "sft.jsonl", (await artifacts.GetAsync<SftPair>(round.SftPairIds, cancellationToken)).Select(SftLine.From));
        await LinesAsync(
            "dpo.jsonl",
            (await artifacts.GetAsync<PreferencePair>(round.DpoPairIds, cancellationToken)).Select(PreferenceLine.From));
        await LinesAsync(
            "guidelines.jsonl", (await artifacts.ListAsync<Guideline>(id, cancellationToken)).Select(GuidelineLine.From));
        var kept = round.PromptIds.ToHashSet(StringComparer.Ordinal);
        var prompts = await artifacts.ListAsync<AugmentedPrompt>(id, cancellationToken);
        await LinesAsync("prompts.jsonl", prompts.Select(p => PromptLine.From(p, kept.Contains(p.Id))));
        await LinesAsync("responses.jsonl", await ResponsesAsync(id, cancellationToken));

        await AtomicFiles.WriteAsync(
            Path.Combine(folder, "recipe.yaml"), RecipeFile.ToYaml(round.Specification.Recipe), cancellationToken);
        await AtomicFiles.WriteAsync(Path.Combine(folder, "evaluation.json"), ExportJson.Indented(report), cancellationToken);
        await AtomicFiles.WriteAsync(
            Path.Combine(folder, LastFile), ExportJson.Indented(Manifest(round, report, sft, dpo)), cancellationToken);

        Task LinesAsync<T>(string name, IEnumerable<T> lines) => AtomicFiles.WriteAsync(
            Path.Combine(folder, name), lines.Select(ExportJson.Line).ToAsyncEnumerable(), cancellationToken);
    }

    private async Task<Checkpoint> CopyAdapterAsync(string? checkpointId, string target, CancellationToken ct)
    {
        var checkpoint = await artifacts.GetAsync<Checkpoint>(
            checkpointId ?? throw new InvalidOperationException("A completed round has both checkpoints."), ct);
        AtomicFiles.CopyFolder(Path.Combine(checkpoints, checkpoint.Folder), target);
        return checkpoint;
    }

    private async Task<IEnumerable<ResponseLine>> ResponsesAsync(string roundId, CancellationToken ct)
    {
        var prompts = (await artifacts.ListAsync<EvaluationPrompt>(roundId, ct))
            .ToDictionary(p => p.Id, StringComparer.Ordinal);
        var responses = await artifacts.ListAsync<JudgedResponse>(roundId, ct);
        return responses.OrderBy(r => r.Method).ThenBy(r => r.PromptId, StringComparer.Ordinal)
            .Select(r => ResponseLine.From(r, prompts[r.PromptId]));
    }

    private static RoundManifest Manifest(RoundDetails round, RoundReport report, Checkpoint sft, Checkpoint dpo) => new()
    {
        Round = report.Round,
        Source = report.Source,
        Seed = round.Specification.Seed,
        Recipe = report.Recipe,
        RecipeHash = RecipeFile.Hash(round.Specification.Recipe),
        Model = report.Model ?? "",
        TinyModel = report.TinyModel,
        BaseModel = report.BaseModel,
        Judge = report.Judge,
        TestPrompts = report.TestPrompts,
        CreatedAt = report.CreatedAt,
        SftAdapterHash = sft.AdapterHash,
        SftDataHash = sft.DataHash,
        AdapterHash = dpo.AdapterHash,
        DpoDataHash = dpo.DataHash,
        Version = ToolCommands.Version,
        Runtime = RuntimeInformation.FrameworkDescription,
        TorchSharp = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3) ?? "",
        System = RuntimeInformation.RuntimeIdentifier,
    };
}
