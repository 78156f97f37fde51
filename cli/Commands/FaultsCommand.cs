using System.CommandLine;
using System.Globalization;
using Sgasa.Cli.Remote;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Hosting.Bus;
using Spectre.Console;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa faults</c>: messages that a deployment gave up.</summary>
internal static class FaultsCommand
{
    public const string HelpText =
        """
        A message is given up when it can't ever be worked on, or when its retries are used up; its round has heard of it
        then. Put it back once its cause is mended, or drop it. A name of a queue stands for all of its faults.

        Examples:
          sgasa --server https://sgasa.example.org faults
          sgasa --server https://sgasa.example.org faults requeue augment-prompts
          sgasa --server https://sgasa.example.org faults drop 01920000-ac11-0242-d5f2-08dd00000000

        """;

    public static Command Create(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var json = CommonOptions.Json();
        json.Recursive = true;
        var limit = CommonOptions.Count("--limit", "Faults to list at most", preset: 100, least: 1, most: 1_000);
        limit.Recursive = true;
        var id = new Argument<string>("ID|QUEUE") { Description = "A fault's id, or a queue's name for all of its faults" };

        var list = new Command("list", "Lists the faults, oldest first");
        list.SetAction(ListAsync);
        var requeue = new Command("requeue", "Puts faults back into their queues") { id };
        requeue.SetAction((parsed, ct) => HandleAsync(parsed, "put back", (server, what) => server.RequeueAsync(what, ct)));
        var drop = new Command("drop", "Forgets faults") { id };
        drop.SetAction((parsed, ct) => HandleAsync(parsed, "dropped", (server, what) => server.DropAsync(what, ct)));
        var faults = new Command("faults", "Lists the messages that a deployment gave up, puts them back, or drops them")
        {
            json, limit, list, requeue, drop,
        };
        servers.AddTo(faults);
        faults.SetAction(ListAsync);
        return faults;

        async Task<int> ListAsync(ParseResult parsed, CancellationToken ct)
        {
            using var server = servers.Require(parsed, console, "faults");
            var found = await server.FaultsAsync(parsed.GetValue(limit), ct);
            if (parsed.GetValue(json)) ToolConsole.WriteLine(console.Out, ReportJson.Write(new FaultList { Faults = found }));
            else if (found.Count == 0) ToolConsole.WriteLine(console.Out, "No faults.");
            else console.Out.Write(Table(found, time));
            return ExitCodes.Success;
        }

        async Task<int> HandleAsync(
            ParseResult parsed, string done, Func<CoordinatorClient, string, Task<Coordinator.Api.HandledFaults>> handle)
        {
            using var server = servers.Require(parsed, console, "faults");
            var handled = await handle(server, parsed.GetRequiredValue(id));
            if (parsed.GetValue(json)) ToolConsole.WriteLine(console.Out, ReportJson.Write(handled));
            else ToolConsole.WriteLine(console.Out, $"{handled.Count} {(handled.Count == 1 ? "message" : "messages")} {done}.");
            return ExitCodes.Success;
        }
    }

    private static Table Table(IReadOnlyList<QueueFault> faults, TimeProvider time)
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
