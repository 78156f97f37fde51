using System.CommandLine;
using System.Globalization;
using Sgasa.Cli.Remote;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Coordinator.Api;
using Spectre.Console;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa status</c>: how a deployment is doing.</summary>
internal static class StatusCommand
{
    public const string HelpText =
        """
        Replicas are the processes that take a service's messages; a dash stands for what the deployment does not tell.

        Examples:
          sgasa --server https://sgasa.example.org status
          SGASA_SERVER=http://localhost:8080 sgasa status --json

        """;

    public static Command Create(ToolConsole console, ServerOptions servers)
    {
        var json = CommonOptions.Json();
        var command = new Command("status", "Shows a deployment's services, replicas and queues") { json };
        servers.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            using var server = servers.Require(parsed, console, "status");
            var status = await server.StatusAsync(ct);
            if (CoordinatorClient.VersionFault(status.Version) is { } fault) ToolConsole.WriteLine(console.Error, fault);
            if (parsed.GetValue(json)) ToolConsole.WriteLine(console.Out, ReportJson.Write(status));
            else Write(console.Out, server.Server, status);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Write(IAnsiConsole console, ServerAddress server, DeploymentStatus status)
    {
        ToolConsole.WriteLine(console, $"{server}, version {status.Version}");
        ToolConsole.WriteLine(
            console,
            status.Model is { } model
                ? $"model {model.Name}, fingerprint {model.Fingerprint[..Math.Min(12, model.Fingerprint.Length)]}"
                : $"model unknown: {status.ModelFault}");
        ToolConsole.WriteLine(console, $"{status.RunningRounds} {(status.RunningRounds == 1 ? "round" : "rounds")} running");
        var services = new Table().RoundedBorder().AddColumns("Service", "Replicas", "Version");
        foreach (var service in status.Services)
            services.AddRow(new Text(service.Service), Figure(service.Replicas), new Text(service.Version ?? "-"));
        console.Write(services);
        var queues = new Table().RoundedBorder().AddColumns("Queue", "Waiting", "Consumers", "Faults");
        foreach (var queue in status.Queues)
            queues.AddRow(new Text(queue.Name), Figure(queue.Waiting), Figure(queue.Consumers), Figure(queue.Faulted));
        console.Write(queues);
    }

    private static Text Figure(int? number) => new(number?.ToString(CultureInfo.InvariantCulture) ?? "-");
}
