using System.Diagnostics;
using System.Text.Json;

namespace Sgasa.Cli.Tests.Training;

/// <summary>The plain trainer from the command line to the adapter, on a small golden model.</summary>
public sealed class TrainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CapturedConsole _console = new();

    private static string Model { get; } = Path.Combine(AppContext.BaseDirectory, "fixtures", "qwen2-r1", "model");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _console.Dispose();
    }

    [Fact]
    public async Task Train_SftThenDpo_LeavesAnAdapterThatTheNextTakesUp()
    {
        var sft = await _console.RunAsync(
            [.. Sft("sft"), "--eval-split", "0.25", "--load-best-model-at-end", "--logging-steps", "1"]);
        using var console = new CapturedConsole();
        var dpo = await console.RunAsync(
            "train", "dpo", "--model", Model, "--data", Pairs(), "--adapter", _folder["sft"], "--output", _folder["dpo"],
            "--json");

        sft.ShouldBe(ExitCodes.Success, _console.Error);
        _console.Out.ShouldContain("SFT of model: 6 steps over 6 examples");
        _console.Out.ShouldContain(_folder["sft"]);
        File.ReadLines(Path.Combine(_folder["sft"], "metrics.jsonl")).Count().ShouldBe(6 + 2);
        dpo.ShouldBe(ExitCodes.Success, console.Error);
        using var report = JsonDocument.Parse(console.Out);
        report.RootElement.GetProperty("stage").GetString().ShouldBe("dpo");
        report.RootElement.GetProperty("examples").GetInt32().ShouldBe(3);
        File.Exists(Path.Combine(_folder["dpo"], "adapter_model.safetensors")).ShouldBeTrue();
        File.ReadAllText(Path.Combine(_folder["dpo"], "metrics.jsonl")).ShouldContain("\"rewards/margins\":");
    }

    [Fact]
    public async Task Train_ProcessKilledAndRunAgain_EndsInTheSameBits()
    {
        string[] options = ["--save-steps", "1", "--save-total-limit", "2", "--logging-steps", "1"];
        await _console.RunAsync([.. Sft("whole", epochs: 40), .. options]);

        using (var process = Start([.. Sft("killed", epochs: 40), .. options]))
        {
            await UntilAsync(() => Directory.Exists(Path.Combine(_folder["killed"], "checkpoint-5")), process);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(Token);
        }
        File.Exists(Path.Combine(_folder["killed"], "train_results.json")).ShouldBeFalse("or it was killed too late");
        var code = await _console.RunAsync([.. Sft("killed", epochs: 40), .. options]);

        code.ShouldBe(ExitCodes.Success, _console.Error);
        foreach (var name in (string[])["adapter_model.safetensors", "metrics.jsonl", "train_results.json"])
        {
            var expected = await File.ReadAllBytesAsync(Path.Combine(_folder["whole"], name), Token);
            (await File.ReadAllBytesAsync(Path.Combine(_folder["killed"], name), Token)).ShouldBe(expected, name);
        }
    }

    [Fact]
    public async Task Train_CommandLineAsForTrl_IsUnderstood()
    {
        var code = await _console.RunAsync(
            "train", "sft", "--model_name_or_path", Model, $"--dataset_name={Examples()}", "--output_dir", _folder["trl"],
            "--lora_r", "4", "--lora_target_modules", "q_proj", "v_proj", "--use_rslora", "--max_steps=1", "--torch_dtype", "float32");

        code.ShouldBe(ExitCodes.Success, _console.Error);
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder["trl"], "adapter_config.json")));
        config.RootElement.GetProperty("r").GetInt32().ShouldBe(4);
        config.RootElement.GetProperty("use_rslora").GetBoolean().ShouldBeTrue();
        config.RootElement.GetProperty("target_modules").EnumerateArray().Select(m => m.GetString())
            .ShouldBe(["q_proj", "v_proj"], ignoreOrder: true);
    }

    [Fact]
    public async Task Train_ModuleThatTheModelLacks_SaysWhichItHas()
    {
        var code = await _console.RunAsync([.. Sft("wrong"), "--lora-target-modules", "query"]);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("query");
        _console.Error.ShouldContain("q_proj");
    }

    [Fact]
    public async Task Train_Interrupted_SaysHowToGoOn()
    {
        var code = await Tool.RunAsync(
            Sft("stopped"), _console.Console, TimeProvider.System, new CancellationToken(canceled: true));

        code.ShouldBe(ExitCodes.Interrupted);
        Directory.Exists(_folder["stopped"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("{\"messages\": []}\n", "data.jsonl:1, column 'messages': is an empty list of messages.")]
    [InlineData("\n{\"prompt\": \"a\"}\n", "data.jsonl:2: there is no column 'completion'.")]
    [InlineData("", "data.jsonl: holds no rows.")]
    public async Task Train_WrongData_NamesFileAndRowAndWritesNothing(string content, string message)
    {
        var data = _folder.Write("data.jsonl", content);

        var code = await _console.RunAsync("train", "sft", "--model", Model, "--data", data, "--output", _folder["out"]);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldStartWith("error: ");
        _console.Error.ShouldContain(message);
        Directory.Exists(_folder["out"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--loss-type ipo --label-smoothing 0.1", "sigmoid loss alone")]
    [InlineData("--metric-for-best-model accuracy --eval-split 0.5", "'accuracy' is no metric")]
    [InlineData("--max-length 2 --truncation-mode drop", "All 3 examples are longer than 2 tokens")]
    [InlineData("--load-best-model-at-end", "need --eval-data or --eval-split")]
    [InlineData("--eval-split 0.5 --eval-data x.jsonl", "can't both be given")]
    [InlineData("--loss-type kto", "--loss-type 'kto' is unknown: take sigmoid, ipo or hinge")]
    [InlineData("--max-steps 0", "--max-steps 0 is out of range")]
    [InlineData("--device cuda:99", "cuda:99")]
    [InlineData("--adapter nowhere", "nowhere")]
    public async Task Train_WrongOptions_AreOneLine(string options, string message)
    {
        var code = await _console.RunAsync(
            ["train", "dpo", "--model", Model, "--data", Pairs(), "--output", _folder["out"], .. options.Split(' ')]);

        code.ShouldBe(ExitCodes.BadInput, _console.Error);
        _console.Error.ShouldStartWith("error: ");
        _console.Error.ShouldContain(message);
        _console.Error.ShouldNotContain("\n");
    }

    [Fact]
    public async Task Train_FolderOfAnotherRun_IsRefused()
    {
        await _console.RunAsync(Sft("run"));

        var code = await _console.RunAsync([.. Sft("run"), "--learning-rate", "0.001"]);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("Choose another folder");
    }

    private string[] Sft(string output, int epochs = 2) =>
    [
        "train", "sft", "--model", Model, "--data", Examples(), "--output", _folder[output], "--num-train-epochs", $"{epochs}",
        "--per-device-train-batch-size", "2", "--lora-r", "4",
    ];

    private string Examples() => _folder.Write("sft.jsonl", string.Concat(Enumerable.Range(0, 8).Select(i =>
        $$"""{"messages": [{"role": "user", "content": "Count {{i}}"}, {"role": "assistant", "content": "{{i}} it is"}]}"""
        + "\n")));

    private string Pairs() => _folder.Write("dpo.jsonl", string.Concat(Enumerable.Range(0, 3).Select(i =>
        $$"""{"prompt": "Count {{i}}", "chosen": " {{i}}", "rejected": " no"}""" + "\n")));

    private static Process Start(string[] arguments)
    {
        var tool = Path.Combine(AppContext.BaseDirectory, "sgasa.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", tool, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static async Task UntilAsync(Func<bool> condition, Process process)
    {
        while (!condition() && !process.HasExited) await Task.Delay(5, Token);
        condition().ShouldBeTrue("the process ended too early");
    }
}
