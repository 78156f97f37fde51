using System.Globalization;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Spectre.Console;

namespace Sgasa.Cli.Texts;

/// <summary>A finished training in words.</summary>
internal static class TrainText
{
    public static void Write(IAnsiConsole console, TrainReport report)
    {
        static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
        var stage = report.Stage.ToUpperInvariant();
        ToolConsole.WriteLine(console, string.Create(
            CultureInfo.InvariantCulture,
            $"{stage} of {report.Model}: {report.Steps} steps over {report.Examples} examples, "
            + $"train loss {Number(report.TrainLoss)}."));
        if (report.Truncated + report.Dropped > 0)
            ToolConsole.WriteLine(console, $"Too long: {report.Truncated} examples were cut, {report.Dropped} left out.");
        if (report.Evaluation is { } evaluation)
        {
            var values = evaluation.Select(entry => $"{entry.Key} {Number(entry.Value)}");
            ToolConsole.WriteLine(console, $"Last evaluation ({report.EvalExamples} examples): {string.Join(", ", values)}.");
        }
        if (report is { BestStep: { } best, BestMetric: { } metric })
            ToolConsole.WriteLine(
                console, $"Best step: {best} ({Number(metric)}). The adapter is that of step {report.AdapterStep}.");
        if (report.StoppedEarly) ToolConsole.WriteLine(console, "Stopped early: it got no better.");
        ToolConsole.WriteLine(console, $"Adapter, checkpoints and metrics are in {report.Output}");
    }
}
