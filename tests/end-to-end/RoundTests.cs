using System.Text.Json;

namespace Sgasa.EndToEnd.Tests;

public sealed class RoundTests(CompletedRound completed) : IClassFixture<CompletedRound>
{
    [Fact]
    public void Adapt_WithJson_PrintsOneObjectAndKeepsProgressOffStandardOutput()
    {
        completed.ExitCode.ShouldBe(0, completed.Error);

        using var json = JsonDocument.Parse(completed.Out);
        json.RootElement.GetProperty("methods").EnumerateArray().Select(m => m.GetProperty("method").GetString())
            .ShouldBe(["Vanilla", "SGASA (Context)", "SGASA (SFT)", "SGASA (DPO)"]);
        json.RootElement.GetProperty("methods").EnumerateArray().ShouldAllBe(m => m.GetProperty("n").GetInt32() > 0);
        json.RootElement.GetProperty("tinyModel").GetBoolean().ShouldBeTrue();
        json.RootElement.GetProperty("results").GetString().ShouldBe(completed.Round.Results);
        completed.Error.ShouldContain("Guidelines 1/1, done");
        completed.Error.ShouldContain("DPO pairs");
    }

    [Fact]
    public void Adapt_Completed_LeavesAdaptersPairsAndFigures()
    {
        completed.ExitCode.ShouldBe(0, completed.Error);

        foreach (var name in (string[])
        [
            "adapter/adapter_config.json", "adapter/adapter_model.safetensors", "adapter-sft/adapter_model.safetensors",
            "sft.jsonl", "dpo.jsonl", "guidelines.jsonl", "prompts.jsonl", "evaluation.json", "responses.jsonl", "recipe.yaml",
        ])
            new FileInfo(Path.Combine(completed.Round.Results, name)).Length.ShouldBeGreaterThan(0, name);
    }

    [Fact]
    public async Task Adapt_FinishedRoundAgain_PrintsTheTableWithoutWorking()
    {
        var again = await ToolProcess.RunAsync(completed.Round.Command());

        again.ExitCode.ShouldBe(0, again.Error);
        again.Out.ShouldContain("SGASA (DPO)");
        again.Out.ShouldContain("the tiny model's figures");
        again.Out.ShouldContain(completed.Round.Results);
        again.Out.ShouldNotContain("Guidelines 1/1");
    }

    [Fact]
    public async Task Adapt_SameSeedKilledInEveryStage_GivesTheSameRound()
    {
        using var round = new SmallRound();
        var kills = 0;
        foreach (var sign in (string[])["Guidelines", "SFT pairs", "SFT [0-9]", "DPO pairs", "DPO [0-9]", "DPO .*done"])
        {
            using var tool = ToolProcess.Start(round.Command());
            if (await tool.SeesAsync(sign)) kills++;
            tool.Kill();
            await tool.EndAsync();
        }

        var last = await ToolProcess.RunAsync(round.Command());

        last.ExitCode.ShouldBe(0, last.Error);
        kills.ShouldBeGreaterThanOrEqualTo(4, "so few kills prove little");
        round.Outcome().ShouldBe(completed.Round.Outcome(), ignoreOrder: true);
    }

    [Fact]
    public async Task Adapt_Interrupted_StopsSoonAndSaysThatItGoesOn()
    {
        using var round = new SmallRound();
        using var tool = ToolProcess.Start(round.Command("--seed", "2"));
        await tool.SeesAsync("Guidelines");

        tool.Interrupt();
        var result = await tool.EndAsync();

        result.ExitCode.ShouldBe(130, result.Error);
        result.Error.ShouldContain("Stopped. The same command continues the round where it was.");
        result.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Rounds_ListAndShow_TellOfTheRound()
    {
        var list = await ToolProcess.RunAsync("rounds", "--output", completed.Round.Output);
        var id = Path.GetFileName(completed.Round.Results);
        var show = await ToolProcess.RunAsync("rounds", "show", id, "--output", completed.Round.Output, "--json");

        list.Out.ShouldContain(id);
        list.Out.ShouldContain("completed");
        using var json = JsonDocument.Parse(show.Out);
        using var made = JsonDocument.Parse(completed.Out);
        json.RootElement.GetProperty("methods").GetRawText().ShouldBe(made.RootElement.GetProperty("methods").GetRawText());
    }

    [Fact]
    public async Task Generate_WithTheAdapter_AnswersTheSameTwice()
    {
        var adapter = Path.Combine(completed.Round.Results, "adapter");
        string[] command = ["generate", "How do I bake bread?", "--adapter", adapter, "--max-new-tokens", "96"];

        var first = await ToolProcess.RunAsync(command);
        var second = await ToolProcess.RunAsync(command);

        first.ExitCode.ShouldBe(0, first.Error);
        first.Out.Trim().ShouldNotBeEmpty();
        first.Out.ShouldNotContain("</think>");
        second.Out.ShouldBe(first.Out);
    }

    [Fact]
    public async Task Evaluate_APromptFile_PrintsItsFigures()
    {
        var log = Path.Combine(AppContext.BaseDirectory, "samples", "roleplay.jsonl");

        var result = await ToolProcess.RunAsync("evaluate", log, "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        using var json = JsonDocument.Parse(result.Out);
        json.RootElement.GetProperty("methods")[0].GetProperty("nHarmful").GetInt32().ShouldBe(5);
    }
}
