using System.CommandLine;
using System.Globalization;
using Sgasa.Api;
using Sgasa.Api.Deployments;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Spectre.Console;

namespace Sgasa.Cli.Commands;

/// <summary><c>sgasa status</c>: how a deployment is doing.</summary>
internal sealed class StatusCommand : IToolCommand
{
    private const string HelpText =
        """
        Replicas are the processes that take a service's messages; a dash stands for what the deployment does not tell.

        Examples:
          sgasa --server https://sgasa.example.org status
          SGASA_SERVER=http://localhost:8080 sgasa status --json

        """;

    /// <inheritdoc />
    public int Place => 70;

    /// <inheritdoc />
    public string HelpOf(Command command) => HelpText;

    /// <inheritdoc />
    public Command Create(ToolConsole console, TimeProvider time, ServerOptions servers)
    {
        var json = CommonOptions.Json();
        var command = new Command("status", "Shows a deployment's services, replicas and queues") { json };
        servers.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            await using var deployment = servers.Open(parsed, console, time, parsed.GetValue(json), new EmbeddedOptions
            {
                Command = command.Name,
                Output = CommonOptions.DefaultOutput,
            });
            var status = await deployment.AskAsync(api => api.GetAsync("status", ApiJson.Default.DeploymentStatus, ct));
            if (ToolVersion.FaultOf(status.Version) is { } fault) ToolConsole.WriteLine(console.Error, fault);
            if (parsed.GetValue(json)) ToolConsole.WriteLine(console.Out, ReportJson.Write(status));
            else Write(console.Out, deployment.Name, status);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Write(IAnsiConsole console, string server, DeploymentStatus status)
    {
        ToolConsole.WriteLine(console, $"{server}, version {status.Version}");
        ToolConsole.WriteLine(
            console,
            status.Model is { } model
                ? $"model {model.Name}, fingerprint {model.Fingerprint[..Math.Min(12, model.Fingerprint.Length)]}"
                : $"model unknown: {status.ModelFault}");
        if (status.Champion is { } champion) ToolConsole.WriteLine(console, $"champion {champion}");
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
