using System.CommandLine;
using System.Globalization;
using Sgasa.Api.Rounds;
using Sgasa.Cli.Deployments;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Models;
using Sgasa.Cli.Output;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Cli.Texts;
using Spectre.Console;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa rounds</c>: what an output folder holds.</summary>
internal sealed class RoundsCommand : IToolCommand
{
    private const string HelpText =
        """
        Examples:
          sgasa rounds
          sgasa rounds list --output /data/sgasa --json
          sgasa rounds show r-0123456789ab
          sgasa --server https://sgasa.example.org rounds

        """;

    /// <inheritdoc />
    public int Place => 40;

    /// <inheritdoc />
    public string HelpOf(Command command) => command.Subcommands.Count > 0 ? HelpText + ServerOptions.HelpText : HelpText;

    /// <inheritdoc />
    public Command Create(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var output = CommonOptions.Output();
        output.Recursive = true;
        var json = CommonOptions.Json();
        json.Recursive = true;
        var id = new Argument<string>("ID") { Description = "The round's id, as the list gives it" };

        var list = new Command("list", "Lists the rounds, newest first");
        list.SetAction(ListAsync);
        var show = new Command("show", "Shows one round: its figures, and where its results are") { id };
        show.SetAction(ShowAsync);
        var rounds = new Command("rounds", "Lists the rounds of an output folder or a server, or shows one")
        {
            output, json, list, show,
        };
        servers.AddTo(rounds);
        rounds.SetAction(ListAsync);
        return rounds;

        async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
        {
            await using var deployment = Open(parsed);
            var entries = (await deployment.ListRoundsAsync(ct)).Select(Entry).ToList();
            if (parsed.GetValue(json))
                ToolConsole.WriteLine(console.Out, ReportJson.Write(new RoundList { Rounds = entries }));
            else console.Out.Write(Table(entries, time));
            return ExitCodes.Success;
        }

        async Task<int> ShowAsync(ParseResult parsed, CancellationToken ct)
        {
            await using var deployment = Open(parsed);
            var round = await deployment.GetRoundAsync(parsed.GetRequiredValue(id), ct);
            RoundText.Show(
                console, await ReportAsync(deployment, round, parsed.GetRequiredValue(output), ct), parsed.GetValue(json));
            return ExitCodes.Success;
        }

        IDeployment Open(ParseResult parsed) => servers.Open(
            parsed,
            console,
            time,
            parsed.GetValue(json),
            new EmbeddedOptions { Command = "rounds", Output = parsed.GetRequiredValue(output) });
    }

    private static RoundListEntry Entry(RoundSummary round) => new()
    {
        Round = round.Id,
        Status = round.Status,
        Source = round.Source,
        Recipe = round.Recipe,
        Seed = round.Seed,
        CreatedAt = round.CreatedAt,
        Gain = round.Gain,
    };

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

    // What was written down beside the results says more of the round than the deployment knows.
    private static async Task<RoundReport> ReportAsync(
        IDeployment deployment, RoundDetails round, string output, CancellationToken ct)
    {
        var folder = OutputFolder.RoundFolderIn(Path.GetFullPath(output), round.Specification.Id);
        var exported = RoundExport.IsComplete(folder);
        var manifest = exported ? await RoundExport.ReadManifestAsync(folder, ct) : null;
        var model = manifest is null
            ? await deployment.ModelOfAsync(round, ct)
            : new ModelChoice("", manifest.Model, manifest.TinyModel);
        return RoundReports.From(
            round, model, manifest?.TestPrompts ?? TestPromptSource.Unknown, exported ? folder : null);
    }
}
