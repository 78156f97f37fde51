using System.Runtime.InteropServices;
using Sgasa.Api.Files;
using Sgasa.Api.Rounds;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Cli.Output;

/// <summary>Writes what a round made as files in the formats that others read: PEFT, TRL's JSON Lines, YAML.</summary>
/// <param name="source">Where what it made is.</param>
internal sealed class RoundExport(IRoundFiles source)
{
    private const string LastFile = "round.json";

    /// <summary>Whether a folder has everything: the file that is written last is there.</summary>
    public static bool IsComplete(string folder) => File.Exists(Path.Combine(folder, LastFile));

    /// <summary>What a complete folder says of its round; null where that is damaged.</summary>
    public static async Task<RoundManifest?> ReadManifestAsync(string folder, CancellationToken cancellationToken) =>
        ManifestJson.ReadManifest(await File.ReadAllTextAsync(Path.Combine(folder, LastFile), cancellationToken));

    /// <summary>Writes a completed round's files; each appears whole or not at all, <c>round.json</c> last.</summary>
    public async Task WriteAsync(RoundDetails round, RoundReport report, string folder, CancellationToken cancellationToken)
    {
        var id = round.Specification.Id;
        Directory.CreateDirectory(folder);
        var sft = await source.CopyAdapterAsync(round, Stage.Sft, Path.Combine(folder, "adapter-sft"), cancellationToken);
        var dpo = await source.CopyAdapterAsync(round, Stage.Dpo, Path.Combine(folder, "adapter"), cancellationToken);
        foreach (var name in ExportNames.Lines)
            await source.WriteAsync(round, name, Path.Combine(folder, name), cancellationToken);

        await AtomicFiles.WriteAsync(
            Path.Combine(folder, ExportNames.Recipe), RecipeFile.ToYaml(round.Specification.Recipe), cancellationToken);
        await AtomicFiles.WriteAsync(Path.Combine(folder, "evaluation.json"), ManifestJson.Indented(report), cancellationToken);
        await AtomicFiles.WriteAsync(
            Path.Combine(folder, LastFile), ManifestJson.Indented(Manifest(round, report, sft, dpo)), cancellationToken);
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
        Version = ToolVersion.Current,
        Runtime = RuntimeInformation.FrameworkDescription,
        TorchSharp = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3) ?? "",
        System = RuntimeInformation.RuntimeIdentifier,
    };
}
