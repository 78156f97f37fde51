using System.CommandLine;
using System.Globalization;
using Sgasa.Cli.Adapting;
using Sgasa.Cli.Models;
using Sgasa.Cli.Output;
using Sgasa.Cli.Remote;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Coordinator.Rounds;
using Spectre.Console;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa rounds</c>: what an output folder holds.</summary>
internal static class RoundsCommand
{
    public const string HelpText =
        """
        Examples:
          sgasa rounds
          sgasa rounds list --output /data/sgasa --json
          sgasa rounds show r-0123456789ab
          sgasa --server https://sgasa.example.org rounds

        """;

    public static Command Create(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var output = CommonOptions.Output();
        output.Recursive = true;
        var json = CommonOptions.Json();
        json.Recursive = true;
        var id = new Argument<string>("ID") { Description = "The round's id, as the list gives it" };

        var list = new Command("list", "Lists the rounds, newest first");
        list.SetAction(List);
        var show = new Command("show", "Shows one round: its figures, and where its results are") { id };
        show.SetAction((parsed, ct) => WithSourceAsync(
            parsed,
            source => ShowAsync(
                console, source, parsed.GetRequiredValue(output), parsed.GetRequiredValue(id), parsed.GetValue(json), ct)));
        var rounds = new Command("rounds", "Lists the rounds of an output folder or a server, or shows one")
        {
            output, json, list, show,
        };
        servers.AddTo(rounds);
        rounds.SetAction(List);
        return rounds;

        Task<int> List(ParseResult parsed, CancellationToken ct) =>
            WithSourceAsync(parsed, source => ListAsync(console, time, source, parsed.GetValue(json), ct));

        async Task<int> WithSourceAsync(ParseResult parsed, Func<IRoundSource, Task<int>> run)
        {
            using var server = servers.Connect(parsed, console);
            if (server is not null) return await run(server);

            await using var stored = Open(parsed.GetRequiredValue(output));
            return await run(stored);
        }
    }

    private static async Task<int> ListAsync(
        ToolConsole console, TimeProvider time, IRoundSource source, bool json, CancellationToken ct)
    {
        var entries = new List<RoundListEntry>();
        foreach (var summary in await source.ListAsync(ct))
        {
            var details = await source.FindAsync(summary.Id, ct) ?? throw new RoundNotFoundException(summary.Id);
            var report = RoundReports.From(details, model: null, TestPromptSource.Unknown, results: null);
            entries.Add(new RoundListEntry
            {
                Round = summary.Id,
                Status = report.Status,
                Source = summary.Source,
                Recipe = summary.Recipe,
                Seed = summary.Seed,
                CreatedAt = summary.CreatedAt,
                Gain = report.Gain,
            });
        }

        if (json) ToolConsole.WriteLine(console.Out, ReportJson.Write(new RoundList { Rounds = entries }));
        else console.Out.Write(Table(entries, time));
        return ExitCodes.Success;
    }

    private static Table Table(IReadOnlyList<RoundListEntry> entries, TimeProvider time)
    {
        var table = new Table().RoundedBorder();
        foreach (var name in (string[])["Round", "Status", "Source", "Recipe", "Seed", "Created", "Average gain"])
            table.AddColumn(new TableColumn(name).NoWrap());
        foreach (var entry in entries)
        {
            var created = TimeZoneInfo.ConvertTime(entry.CreatedAt, time.LocalTimeZone);
            table.AddRow(
                new Text(entry.Round),
                new Text(entry.Status.ToString().ToLowerInvariant()),
                new Text(entry.Source),
                new Text(entry.Recipe),
                new Text(entry.Seed.ToString(CultureInfo.InvariantCulture)),
                new Text(created.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                new Text(entry.Gain is { } gain ? MethodTable.Difference(gain) : ""));
        }

        return table;
    }

    private static async Task<int> ShowAsync(
        ToolConsole console, IRoundSource source, string output, string id, bool json, CancellationToken ct)
    {
        var round = await source.FindAsync(id, ct)
            ?? throw new UserErrorException(source is CoordinatorClient server
                ? $"There is no round '{id}' at {server.Server}. See 'sgasa --server {server.Server} rounds'."
                : $"There is no round '{id}' in {output}. See 'sgasa rounds list --output {output}'.");
        var folder = OutputFolder.RoundFolderIn(Path.GetFullPath(output), id);
        var exported = RoundExport.IsComplete(folder);
        var manifest = exported ? await RoundExport.ReadManifestAsync(folder, ct) : null;
        var report = RoundReports.From(
            round,
            manifest is null ? await source.ModelAsync(round, ct) : new ModelChoice("", manifest.Model, manifest.TinyModel),
            manifest?.TestPrompts ?? TestPromptSource.Unknown,
            exported ? folder : null);
        RoundText.Show(console, report, json);
        return ExitCodes.Success;
    }

    private static StoredRounds Open(string output)
    {
        var database = OutputFolder.DatabaseIn(Path.GetFullPath(output));
        return File.Exists(database)
            ? StoredRounds.Open(database)
            : throw new UserErrorException(
                $"{output}: there are no rounds here. Run 'sgasa adapt LOG' first, or give --output FOLDER.");
    }
}
