using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Sgasa.Cli;
using Sgasa.Cli.Terminal;
using Sgasa.Hosting.Telemetry;
using Spectre.Console;

namespace Sgasa.EndToEnd.Tests;

/// <summary>What the services of one process, running a round, tell a collector.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Round_AllServices_IsOneTraceAndEveryMeasurement()
    {
        var (spans, metrics) = (new List<Activity>(), new List<Metric>());
        using var tracing = Sdk.CreateTracerProviderBuilder()
            .AddSource(SgasaTelemetry.Name, SgasaTelemetry.MassTransitName).AddInMemoryExporter(spans).Build();
        using var metering = Sdk.CreateMeterProviderBuilder()
            .AddMeter(SgasaTelemetry.Name).AddInMemoryExporter(metrics).Build();
        using var round = new SmallRound();
        using var output = new StringWriter();

        var exitCode = await Tool.RunAsync(
            round.Command(), ConsoleOf(output), TimeProvider.System, TestContext.Current.CancellationToken);

        exitCode.ShouldBe(0, output.ToString());
        tracing.ForceFlush();
        metering.ForceFlush();
        var id = Path.GetFileName(round.Results);
        spans.Select(s => s.TraceId).Distinct().ShouldBe([RoundTrace.ContextOf(id).TraceId]);
        foreach (var name in (string[])
        [
            "send SynthesizeGuideline", "process synthesize-guideline", "process augment-prompts", "process build-pairs",
            "process train-checkpoint", "process evaluate-checkpoint", "process advance-round", "train sft", "train dpo", "round",
        ])
            spans.ShouldContain(s => s.Source.Name == SgasaTelemetry.Name && s.DisplayName == name, name);
        spans.ShouldContain(s => "chat".Equals(s.GetTagItem("gen_ai.operation.name")));
        foreach (var name in (string[])
        [
            "messaging.process.duration", "sgasa.message.queue.duration", "sgasa.guidelines", "sgasa.prompts", "sgasa.pairs",
            "sgasa.work.tokens", "sgasa.round.duration", "sgasa.training.loss", "sgasa.training.step",
            "sgasa.training.token.rate", "sgasa.generation.tokens", "gen_ai.server.request.duration",
            "gen_ai.server.time_per_output_token", "gen_ai.client.token.usage", "gen_ai.client.operation.duration",
        ])
            metrics.ShouldContain(m => m.Name == name, name);
        TextsOf(spans).ShouldAllBe(text => text.Length < 200, "no prompt and no response is in a span");
    }

    private static IEnumerable<string> TextsOf(IEnumerable<Activity> spans) => spans.SelectMany(s => s.TagObjects
        .Concat(s.Events.SelectMany(e => e.Tags)).Select(t => $"{t.Value}").Append($"{s.StatusDescription}"));

    private static ToolConsole ConsoleOf(StringWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        return new ToolConsole(TextReader.Null, console, console);
    }
}
