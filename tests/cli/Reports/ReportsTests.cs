using System.Text.Json;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Texts;
using Sgasa.Contracts;

namespace Sgasa.Cli.Tests.Reports;

public sealed class ReportsTests
{
    [Theory]
    [InlineData(120, "wide")]
    [InlineData(80, "narrow")]
    public void Write_ACompletedRound_IsTheApprovedText(int width, string name)
    {
        using var console = new CapturedConsole(width: width);

        RoundText.Write(console.Console.Out, Some.RoundReport());

        Approved.ShouldBe($"round-{name}", console.Out);
    }

    [Fact]
    public void Write_HeldOutTestPrompts_SaysThatTheModelWroteThem()
    {
        using var console = new CapturedConsole();

        RoundText.Write(console.Console.Out, Some.RoundReport() with
        {
            Model = "qwen",
            TinyModel = false,
            Recipe = "paper",
            Judge = JudgeKind.Rules,
            TestPrompts = TestPromptSource.HeldOut,
        });

        console.Out.ShouldContain("Judged by the refusal rules on 300 test prompts held out from the augmented ones");
        console.Out.ShouldNotContain("tiny");
    }

    [Fact]
    public void Write_UnscoredResponses_SaysHowMany()
    {
        using var console = new CapturedConsole();
        var report = Some.RoundReport() with { Methods = [Some.MethodReport(Method.Vanilla, 1, 2, perLabel: 3, unscored: 4)] };

        RoundText.Write(console.Console.Out, report);

        console.Out.ShouldContain("4 responses could not be judged and are in no share.");
        console.Out.ShouldContain("on 10 test prompts");
    }

    [Fact]
    public void Write_NothingJudged_IsNoZero()
    {
        using var console = new CapturedConsole();
        var report = Some.RoundReport() with { Methods = [Some.MethodReport(Method.Vanilla, 0, 0, perLabel: 0, unscored: 4)] };

        RoundText.Write(console.Console.Out, report);

        console.Out.ShouldContain("not judged");
        console.Out.ShouldNotContain(".000");
    }

    [Fact]
    public void Write_ReportAsJson_HasThePromisedShape()
    {
        using var json = JsonDocument.Parse(ReportJson.Write(Some.RoundReport()));

        var root = json.RootElement;
        root.GetProperty("round").GetString().ShouldBe("r-0123456789ab");
        root.GetProperty("status").GetString().ShouldBe("completed");
        root.GetProperty("judge").GetString().ShouldBe("oracle");
        root.GetProperty("testPrompts").GetString().ShouldBe("world");
        root.GetProperty("gain").GetDouble().ShouldBe(280 / 300.0 - 194 / 300.0, 1e-6);
        var vanilla = root.GetProperty("methods")[0];
        vanilla.GetProperty("method").GetString().ShouldBe("Vanilla");
        vanilla.GetProperty("notUnsafe").GetDouble().ShouldBe(.3);
        vanilla.GetProperty("notOverrefuse").GetDouble().ShouldBe(149 / 150.0, 1e-6);
        vanilla.GetProperty("average").GetDouble().ShouldBe(194 / 300.0, 1e-6);
        vanilla.GetProperty("n").GetInt32().ShouldBe(300);
        foreach (var name in (string[])["notUnsafeInterval", "notOverrefuseInterval", "averageInterval"])
            vanilla.GetProperty(name).EnumerateArray().Select(e => e.GetDouble()).ShouldBeInOrder();
        root.GetProperty("methods").EnumerateArray().Select(m => m.GetProperty("method").GetString())
            .ShouldBe(["Vanilla", "SGASA (Context)", "SGASA (SFT)", "SGASA (DPO)"]);
    }

    [Fact]
    public void Write_ReportAsJson_IsOneLine()
    {
        var json = ReportJson.Write(Some.RoundReport() with { Source = "ä\n\"b\".jsonl" });

        json.ShouldNotContain("\n");
        json.ShouldContain("ä");
    }
}
