using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts;

namespace Sgasa.Cli.Tests.Remote;

/// <summary>Trainings and answers of a deployment, beside the same of this machine.</summary>
public sealed class RemoteModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Train_SftThenDpoOnAServer_GivesTheBytesThatItGivesHere()
    {
        await using var server = await Deployment.StartAsync(_folder);
        string[] sft = ["train", "sft", "--data", Examples("a", 5), Examples("b", 3), "--eval-split", "0.25", "--max-steps", "4", "--json"];
        string[] dpo = ["train", "dpo", "--data", Pairs(), "--max-steps", "2", "--loss-type", "ipo", "--lora-target-modules", "q_proj", "--json"];

        var here = await RunAsync([.. sft, "--output", _folder["here"]]);
        var there = await RunAsync([.. sft, "--output", _folder["there"], "--server", server.Url]);
        await RunAsync([.. dpo, "--output", _folder["here-dpo"], "--adapter", _folder["here"]]);
        await RunAsync([.. dpo, "--output", _folder["there-dpo"], "--adapter", _folder["there"], "--server", server.Url]);

        foreach (var (local, remote) in (IEnumerable<(string, string)>)[("here", "there"), ("here-dpo", "there-dpo")])
        {
            foreach (var file in (string[])["adapter_model.safetensors", "adapter_config.json", "train_results.json"])
            {
                File.ReadAllBytes(Path.Combine(_folder[remote], file))
                    .ShouldBe(File.ReadAllBytes(Path.Combine(_folder[local], file)), $"{remote}/{file}");
            }
        }
        foreach (var name in (string[])["stage", "model", "examples", "evalExamples", "steps", "trainLoss", "evaluation"])
            Json(there).GetProperty(name).GetRawText().ShouldBe(Json(here).GetProperty(name).GetRawText(), name);
        Directory.EnumerateDirectories(_folder["there"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Train_SameCommandAgain_BringsTheAdapterWithoutTraining()
    {
        await using var server = await Deployment.StartAsync(_folder);
        string[] command = ["train", "sft", "--data", Examples("a", 4), "--max-steps", "1", "--server", server.Url, "--json"];
        await RunAsync([.. command, "--output", _folder["first"]]);
        int Uploads() => server.Requests.Count(r => r.StartsWith("POST /v1/trainer/sgasa.v1.Training/Upload", StringComparison.Ordinal));
        var uploads = Uploads();

        await RunAsync([.. command, "--output", _folder["second"]]);

        uploads.ShouldBe(1);
        Uploads().ShouldBe(1);
        File.ReadAllBytes(Path.Combine(_folder["second"], "adapter_model.safetensors"))
            .ShouldBe(File.ReadAllBytes(Path.Combine(_folder["first"], "adapter_model.safetensors")));
    }

    [Fact]
    public async Task Train_ServerThatComesBackWhileItTrains_GivesTheBytesThatItGivesHere()
    {
        var port = Deployment.FreePort();
        var server = await Deployment.StartAsync(_folder, port);
        string[] command = ["train", "sft", "--data", Examples("a", 8), "--max-steps", "40", "--per-device-train-batch-size", "2", "--save-steps", "1", "--save-total-limit", "1"];
        await RunAsync([.. command, "--output", _folder["here"]]);
        using var console = new CapturedConsole();
        var training = Tool.RunAsync(
            [.. command, "--output", _folder["there"], "--server", server.Url, "--json"], console.Console, TimeProvider.System, Ct);
        await Task.WhenAny(training, console.SaysAsync("SFT "));

        await server.DisposeAsync();
        await Task.WhenAny(training, console.SaysAsync("Trying again"));
        server = await Deployment.StartAsync(_folder, port);

        (await training).ShouldBe(ExitCodes.Success, console.Error);
        console.Error.ShouldContain("Connected again.");
        File.ReadAllBytes(Path.Combine(_folder["there"], "adapter_model.safetensors"))
            .ShouldBe(File.ReadAllBytes(Path.Combine(_folder["here"], "adapter_model.safetensors")));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Train_StoppedThenCancelled_GoesOnThereUntilItIsCancelled()
    {
        await using var server = await Deployment.StartAsync(_folder);
        using var console = new CapturedConsole();
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        string[] command = ["train", "sft", "--data", Examples("a", 8), "--max-steps", "5000", "--server", server.Url, "--output", _folder["out"]];
        var training = Tool.RunAsync([.. command, "--json"], console.Console, TimeProvider.System, interrupted.Token);
        await Task.WhenAny(training, console.SaysAsync("SFT "));
        await interrupted.CancelAsync();

        (await training).ShouldBe(ExitCodes.Interrupted, console.Error);
        console.Error.ShouldContain("Detached: training train-");
        var id = console.Error.Split("sgasa train cancel ")[1][.."train-0123456789ab".Length];
        var jobs = server.Services.GetRequiredService<ITrainingJobStore>();
        (await jobs.FindAsync(id, Ct)).ShouldNotBeNull().Status.ShouldBeOneOf(TrainingJobStatus.Queued, TrainingJobStatus.Running);
        var cancelled = await RunAsync(["train", "cancel", id, "--server", server.Url]);

        cancelled.ShouldBe($"Training {id} is cancelled.");
        (await jobs.FindAsync(id, Ct)).ShouldNotBeNull().Status.ShouldBe(TrainingJobStatus.Cancelled);
    }

    [Fact]
    public async Task Train_DataThatCantBeUsed_FailsAsHere()
    {
        await using var server = await Deployment.StartAsync(_folder);
        var data = _folder.Write("my data.jsonl", "\n{\"prompt\": \"a\"}\n");
        using var console = new CapturedConsole();

        var code = await console.RunAsync(
            "train", "sft", "--data", data, "--output", _folder["out"], "--server", server.Url);

        code.ShouldBe(ExitCodes.BadInput);
        console.Error.ShouldBe("error: The training failed: train-000-my_data.jsonl:2: there is no column 'completion'. "
            + "A row has prompt and completion, messages, or prompt, chosen and rejected.");
        Directory.Exists(_folder["out"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Generate_OnAServerWithATrainedCheckpoint_AnswersAsHere()
    {
        await using var server = await Deployment.StartAsync(_folder);
        await RunAsync(["train", "sft", "--data", Examples("a", 4), "--max-steps", "3", "--server", server.Url, "--output", _folder["sft"]]);
        var id = Path.GetFileName(Directory.EnumerateDirectories(_folder["trainer/checkpoints"]).Single());
        string[] ask = ["generate", "How do I bake bread?", "--max-new-tokens", "40", "--json"];

        var here = Json(await RunAsync([.. ask, "--adapter", _folder["sft"]]));
        var there = Json(await RunAsync([.. ask, "--adapter", id, "--server", server.Url]));
        var within = Json(await RunAsync([.. ask, "--adapter", id, "--trainer", server.Trainer]));
        var plain = Json(await RunAsync([.. ask, "--server", server.Url]));

        there.GetRawText().ShouldBe(here.GetRawText());
        within.GetRawText().ShouldBe(here.GetRawText());
        plain.GetProperty("promptTokens").GetInt64().ShouldBe(here.GetProperty("promptTokens").GetInt64());
    }

    [Fact]
    public async Task Evaluate_OnAServer_GivesTheFiguresThatItGivesHere()
    {
        await using var server = await Deployment.StartAsync(_folder);
        var log = Path.Combine(AppContext.BaseDirectory, "samples", "educator.jsonl");
        var prompts = _folder.Write("few.jsonl", string.Join('\n', File.ReadLines(log).Take(6)) + "\n");

        var here = Json(await RunAsync(["evaluate", prompts, "--json"]));
        var there = Json(await RunAsync(["evaluate", prompts, "--json", "--server", server.Url]));

        there.GetRawText().ShouldBe(here.GetRawText());
    }

    [Theory]
    [InlineData("generate hello --adapter nowhere", "There is no checkpoint 'nowhere'")]
    [InlineData("generate hello --device cpu", "--device is the server's to choose")]
    [InlineData("evaluate {log} --model x", "--model is the server's to choose")]
    [InlineData("train sft --data {log} --dtype bfloat16", "--dtype is the server's to choose")]
    [InlineData("train sft --data {log} --adapter nowhere", "There is no checkpoint 'nowhere'")]
    [InlineData("train cancel train-none", "There is no training job 'train-none'")]
    [InlineData("generate hello --trainer http://127.0.0.1:1", "can't both be given")]
    public async Task Command_ThatAServerCantDo_SaysWhy(string line, string message)
    {
        await using var server = await Deployment.StartAsync(_folder);
        using var console = new CapturedConsole();
        var log = Examples("a", 4);
        string[] output = line.StartsWith("train sft", StringComparison.Ordinal) ? ["--output", _folder["out"]] : [];

        var code = await console.RunAsync(
            [.. line.Split(' ').Select(word => word == "{log}" ? log : word), .. output, "--server", server.Url]);

        code.ShouldBe(ExitCodes.BadInput, console.Error);
        console.Error.ShouldContain(message);
        console.Error.ShouldNotContain("\n");
    }

    [Fact]
    public async Task Command_WithoutTheServersKey_IsRefusedAndWithItTheTrainerIsAsked()
    {
        await using var server = await Deployment.StartIdleAsync(_folder, api => api.ApiKeys.Add(Deployment.Key));
        using var without = new CapturedConsole();
        using var with = new CapturedConsole();
        var key = _folder.Write("key", Deployment.Key);

        (await without.RunAsync("generate", "hello", "--server", server.Url)).ShouldBe(ExitCodes.BadInput);
        (await with.RunAsync("generate", "hello", "--server", server.Url, "--api-key-file", key)).ShouldBe(ExitCodes.Failure);

        without.Error.ShouldContain("key");
        with.Error.ShouldContain("could not answer");
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> RunAsync(string[] command)
    {
        using var console = new CapturedConsole();
        (await console.RunAsync(command)).ShouldBe(ExitCodes.Success, console.Error);
        return console.Out;
    }

    private static JsonElement Json(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    private string Examples(string name, int count) => _folder.Write(
        $"{name}.jsonl",
        string.Concat(Enumerable.Range(0, count).Select(i =>
            $$"""{"messages": [{"role": "user", "content": "Count {{i}} {{name}}"}, {"role": "assistant", "content": "{{i}} it is"}]}"""
            + "\n")));

    private string Pairs() => _folder.Write("dpo.jsonl", string.Concat(Enumerable.Range(0, 4).Select(i =>
        $$"""{"prompt": "Count {{i}}", "chosen": " {{i}}", "rejected": " no"}""" + "\n")));
}
