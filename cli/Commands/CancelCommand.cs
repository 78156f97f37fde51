using System.CommandLine;
using Sgasa.Cli.Adapting;
using Sgasa.Cli.Output;
using Sgasa.Cli.Remote;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa cancel</c>: stops a round.</summary>
internal static class CancelCommand
{
    public const string HelpText =
        """
        A cancelled round keeps what it made; the command that started it goes on with it. Here, without a server, a round
        is worked on by the 'sgasa adapt' that runs it: stop that one with Ctrl-C, and cancel what is left behind.

        Examples:
          sgasa --server https://sgasa.example.org cancel r-0123456789ab
          sgasa cancel r-0123456789ab --output /data/sgasa

        """;

    public static Command Create(ToolConsole console, ServerOptions servers)
    {
        var id = new Argument<string>("ID") { Description = "The round's id, as 'rounds' gives it" };
        var output = CommonOptions.Output();
        var json = CommonOptions.Json();
        var command = new Command("cancel", "Stops a round") { id, output, json };
        servers.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var round = parsed.GetRequiredValue(id);
            using var server = servers.Connect(parsed, console);
            var status = server is null
                ? await CancelAsync(parsed.GetRequiredValue(output), round, ct)
                : (await server.CancelAsync(round, ct)).Status;
            var report = new CancelReport { Round = round, Status = status };
            if (parsed.GetValue(json)) ToolConsole.WriteLine(console.Out, ReportJson.Write(report));
            else ToolConsole.WriteLine(console.Out, report.Text);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<RoundStatus> CancelAsync(string output, string id, CancellationToken ct)
    {
        if (!File.Exists(OutputFolder.DatabaseIn(Path.GetFullPath(output))))
            throw new UserErrorException($"{output}: there are no rounds here. Give --output FOLDER, or --server URL.");

        // Held, so that no process works on the round meanwhile.
        using var folder = OutputFolder.Open(output);
        await using var stored = StoredRounds.OpenToCancel(folder.Database);
        return await stored.Rounds.CancelAsync(id, ct);
    }
}
