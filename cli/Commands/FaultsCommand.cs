using System.CommandLine;
using System.Globalization;
using Sgasa.Api;
using Sgasa.Api.Deployments;
using Sgasa.Cli.Deployments;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Spectre.Console;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa faults</c>: messages that a deployment gave up.</summary>
internal sealed class FaultsCommand : IToolCommand
{
    private const string HelpText =
        """
        A message is given up when it can't ever be worked on, or when its retries are used up; its round has heard of it
        then. Put it back once its cause is mended, or drop it. A name of a queue stands for all of its faults.

        Examples:
          sgasa --server https://sgasa.example.org faults
          sgasa --server https://sgasa.example.org faults requeue augment-prompts
          sgasa --server https://sgasa.example.org faults drop 01920000-ac11-0242-d5f2-08dd00000000

        """;

    /// <inheritdoc />
    public int Place => 60;

    /// <inheritdoc />
    public string HelpOf(Command command) => HelpText;

    /// <inheritdoc />
    public Command Create(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var output = console.Out;
        var json = CommonOptions.Json();
        json.Recursive = true;
        var limit = CommonOptions.Count("--limit", "Faults to list at most", preset: 100, least: 1, most: 1_000);
        limit.Recursive = true;
        var id = new Argument<string>("ID|QUEUE") { Description = "A fault's id, or a queue's name for all of its faults" };

        var list = new Command("list", "Lists the faults, oldest first");
        list.SetAction(ListAsync);
        var requeue = new Command("requeue", "Puts faults back into their queues") { id };
        requeue.SetAction((parsed, ct) => HandleAsync(parsed, "put back", (api, what) => api.RequeueAsync(what, ct)));
        var drop = new Command("drop", "Forgets faults") { id };
        drop.SetAction((parsed, ct) => HandleAsync(parsed, "dropped", (api, what) => api.DropAsync(what, ct)));
        var faults = new Command("faults", "Lists the messages that a deployment gave up, puts them back, or drops them")
        {
            json, limit, list, requeue, drop,
        };
        servers.AddTo(faults);
        faults.SetAction(ListAsync);
        return faults;

        async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
        {
            await using var deployment = Open(parsed);
            var found = await deployment.AskAsync(api => api.FaultsAsync(parsed.GetValue(limit), ct));
            if (parsed.GetValue(json)) ToolConsole.WriteLine(output, ReportJson.Write(new FaultList { Faults = found }));
            else if (found.Count == 0) ToolConsole.WriteLine(output, "No faults.");
            else output.Write(Table(found, time));
            return ExitCodes.Success;
        }

        async Task<int> HandleAsync(
            ParseResult parsed, string done, Func<CoordinatorClient, string, Task<HandledFaults>> handle)
        {
            await using var deployment = Open(parsed);
            var handled = await deployment.AskAsync(api => handle(api, parsed.GetRequiredValue(id)));
            if (parsed.GetValue(json)) ToolConsole.WriteLine(output, ReportJson.Write(handled));
            else ToolConsole.WriteLine(output, $"{handled.Count} {(handled.Count == 1 ? "message" : "messages")} {done}.");
            return ExitCodes.Success;
        }

        IDeployment Open(ParseResult parsed) => servers.Open(
            parsed,
            console,
            time,
            parsed.GetValue(json),
            new EmbeddedOptions { Command = "faults", Output = CommonOptions.DefaultOutput });
    }

    private static Table Table(IReadOnlyList<MessageFault> faults, TimeProvider time)
    {
        var table = new Table().RoundedBorder();
        table.AddColumns(
            new TableColumn("Id"), new TableColumn("Queue"), new TableColumn("Round"), new TableColumn("Work"),
            new TableColumn("When").NoWrap(), new TableColumn("Reason"));
        foreach (var fault in faults)
        {
            var when = fault.FaultedAt is { } at ? TimeZoneInfo.ConvertTime(at, time.LocalTimeZone) : (DateTimeOffset?)null;
            table.AddRow(
                new Text(fault.Id),
                new Text(fault.Queue),
                new Text(fault.RoundId),
                new Text(fault.Work.Length > 0 ? fault.Work : fault.MessageType),
                new Text(when?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? ""),
                new Text(fault.Reason));
        }

        return table;
    }
}
