using Sgasa.Api.Rounds;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Spectre.Console;

namespace Sgasa.Cli.Texts;

/// <summary>What a round gained, for people: the table, what is to be known about it, and where the files are.</summary>
internal static class RoundText
{
    /// <summary>What everything says that shows the tiny model's figures.</summary>
    public const string TinyFigures =
        "These are the tiny model's figures: a stand-in that shows the method at work, no forecast for a real model.";

    /// <summary>Writes a command's result: for people, or as one JSON object.</summary>
    public static void Show(ToolConsole console, RoundReport report, bool json)
    {
        if (json) ToolConsole.WriteLine(console.Out, ReportJson.Write(report));
        else Write(console.Out, report);
    }

    /// <summary>Writes it.</summary>
    public static void Write(IAnsiConsole console, RoundReport report)
    {
        if (report.Methods.Count > 0) console.Write(MethodTable.Render(report.Methods, console.Profile.Width));
        foreach (var line in Lines(report)) ToolConsole.WriteLine(console, line);
    }

    private static IEnumerable<string> Lines(RoundReport report)
    {
        if (report.Methods.Count > 0)
        {
            yield return $"95 % intervals. {JudgedBy(report.Judge)}{On(report)}.";
            if (report.Methods.Sum(m => m.Unscored) is var unscored and > 0)
                yield return $"{unscored} responses could not be judged and are in no share.";
        }

        if (report.TinyModel && report.Methods.Count > 0)
            yield return TinyFigures;
        if (report.Gain is { } gain)
        {
            var (dpo, vanilla) = (Method.Dpo.DisplayName(), Method.Vanilla.DisplayName());
            yield return $"{dpo} changes the average by {MethodTable.Difference(gain)} over {vanilla}.";
        }

        if (report.Promoted is { } promoted)
            yield return $"Candidate {(promoted ? "promoted" : "not promoted")}: {report.PromotionReason}";

        var model = report.Model ?? report.BaseModel[..Math.Min(12, report.BaseModel.Length)];
        var status = report.Status == RoundStatus.Completed ? "" : $", {report.Status.ToString().ToLowerInvariant()}";
        yield return $"Round {report.Round}: {report.Source}, model {model}, recipe {report.Recipe}, seed {report.Seed}{status}";
        if (report.Reason is { Length: > 0 } reason) yield return reason;
        if (report.Results is not { } folder) yield break;

        yield return $"Results in {folder}{Path.DirectorySeparatorChar}";
        yield return "  adapter, adapter-sft (PEFT); sft.jsonl, dpo.jsonl (TRL); guidelines.jsonl, prompts.jsonl;";
        yield return "  evaluation.json, responses.jsonl; recipe.yaml, round.json";
    }

    /// <summary>The judge in a sentence.</summary>
    public static string JudgedBy(JudgeKind judge) => $"Judged by {judge.DisplayName()}";

    private static string On(RoundReport report)
    {
        var most = report.Methods.MaxBy(m => m.N + m.Unscored)!;
        var prompts = $"{most.N + most.Unscored} test prompts";
        return report.TestPrompts switch
        {
            TestPromptSource.World => $" on {prompts} whose topics and phrasings no step has seen",
            TestPromptSource.File => $" on {prompts} of the test file",
            TestPromptSource.HeldOut => $" on {prompts} held out from the augmented ones: the model wrote them itself, so " +
                "give --test FILE for an independent figure",
            _ => "",
        };
    }
}
