using System.CommandLine;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa cancel</c>: stops a round.</summary>
internal sealed class CancelCommand : IToolCommand
{
    private const string HelpText =
        """
        A cancelled round keeps what it made; the command that started it goes on with it. Here, without a server, a round
        is worked on by the 'sgasa adapt' that runs it: stop that one with Ctrl-C, and cancel what is left behind.

        Examples:
          sgasa --server https://sgasa.example.org cancel r-0123456789ab
          sgasa cancel r-0123456789ab --output /data/sgasa

        """;

    /// <inheritdoc />
    public int Place => 50;

    /// <inheritdoc />
    public string HelpOf(Command command) => HelpText + ServerOptions.HelpText;

    /// <inheritdoc />
    public Command Create(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var id = new Argument<string>("ID") { Description = "The round's id, as 'rounds' gives it" };
        var output = CommonOptions.Output();
        var json = CommonOptions.Json();
        var command = new Command("cancel", "Stops a round") { id, output, json };
        servers.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var round = parsed.GetRequiredValue(id);
            await using var deployment = servers.Open(parsed, console, time, parsed.GetValue(json), new EmbeddedOptions
            {
                Command = command.Name,
                Output = parsed.GetRequiredValue(output),
            });
            var report = new CancelReport { Round = round, Status = await deployment.CancelRoundAsync(round, ct) };
            ToolConsole.WriteLine(console.Out, parsed.GetValue(json) ? ReportJson.Write(report) : report.Text);
            return ExitCodes.Success;
        });
        return command;
    }
}
