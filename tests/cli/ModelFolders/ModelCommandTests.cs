using System.Text.Json;
using Sgasa.Modeling;

namespace Sgasa.Cli.Tests.ModelFolders;

public sealed class ModelCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CapturedConsole _console = new();

    private static string Golden { get; } = Path.Combine(AppContext.BaseDirectory, "fixtures", "qwen2-r1");

    public void Dispose()
    {
        _folder.Dispose();
        _console.Dispose();
    }

    [Fact]
    public async Task Inspect_WithoutAFolder_ShowsTheTinyModel()
    {
        var code = await _console.RunAsync("model", "inspect");

        code.ShouldBe(ExitCodes.Success, _console.Error);
        _console.Out.ShouldContain("qwen2");
        _console.Out.ShouldContain("<|im_end|>");
        _console.Out.ShouldContain("BF16");
    }

    [Fact]
    public async Task Inspect_Json_IsOneObject()
    {
        var code = await _console.RunAsync("model", "inspect", Path.Combine(Golden, "model"), "--json");

        code.ShouldBe(ExitCodes.Success, _console.Error);
        using var json = JsonDocument.Parse(_console.Out);
        using var folder = ModelFolder.Open(Path.Combine(Golden, "model"));
        json.RootElement.GetProperty("parameters").GetInt64().ShouldBe(RandomModelFolder.ParametersOf(folder.Config));
        json.RootElement.GetProperty("fingerprint").GetString().ShouldBe(folder.Fingerprint);
        var tensors = json.RootElement.GetProperty("dtypes").EnumerateObject().Sum(dtype => dtype.Value.GetInt32());
        tensors.ShouldBe(folder.Weights.Names.Count);
    }

    [Fact]
    public async Task Verify_GoodModel_FindsNothing()
    {
        var code = await _console.RunAsync("model", "verify", Path.Combine(Golden, "model"));

        code.ShouldBe(ExitCodes.Success, _console.Error);
        _console.Out.ShouldEndWith("nothing is wrong.");
    }

    [Fact]
    public async Task Verify_SeveralFaults_NamesEach()
    {
        await _console.RunAsync("model", "init", "--output", _folder["model"], "--dtype", "float32");
        var weights = Path.Combine(_folder["model"], "model.safetensors");
        await using (var file = new FileStream(weights, FileMode.Open))
        {
            file.Position = file.Length - 4;
            file.Write(BitConverter.GetBytes(float.NaN));
        }
        var config = Path.Combine(_folder["model"], "config.json");
        const string layers = "\"num_hidden_layers\": ";
        var deeper = File.ReadAllText(config).Replace(layers + "2", layers + "3", StringComparison.Ordinal);
        File.WriteAllText(config, deeper);
        File.WriteAllText(Path.Combine(_folder["model"], "chat_template.jinja"), "{{ raise_exception('no') }}");
        using var console = new CapturedConsole();

        var code = await console.RunAsync("model", "verify", _folder["model"], "--json");

        code.ShouldBe(ExitCodes.BadInput);
        console.Error.ShouldContain("1 of ");
        console.Error.ShouldContain("values that are no finite numbers");
        console.Error.ShouldContain("model.layers.2.self_attn.q_proj.weight: is missing");
        console.Error.ShouldContain("chat template fails on a plain conversation: no");
        using var json = JsonDocument.Parse(console.Out);
        json.RootElement.GetProperty("valid").GetBoolean().ShouldBeFalse();
        json.RootElement.GetProperty("problems").GetArrayLength().ShouldBe(console.Error.Split('\n').Length);
    }

    public static TheoryData<string> EachFamily => [.. ModelFamilies.Names];

    [Theory, MemberData(nameof(EachFamily))]
    public async Task Init_EachArchitecture_IsAModelThatVerifies(string type)
    {
        var code = await _console.RunAsync(
            "model", "init", "--output", _folder["model"], "--model-type", type, "--hidden-size", "256", "--max-shard-size", "1");
        var verified = await _console.RunAsync("model", "verify", _folder["model"]);

        code.ShouldBe(ExitCodes.Success, _console.Error);
        verified.ShouldBe(ExitCodes.Success, _console.Error);
    }

    [Fact]
    public async Task Init_OfAConfigAndWithItsTokenizer_HasItsShape()
    {
        var code = await _console.RunAsync(
            "model", "init", "--output", _folder["model"], "--config", Path.Combine(Golden, "model"), "--seed", "7", "--json");

        code.ShouldBe(ExitCodes.Success, _console.Error);
        using var made = ModelFolder.Open(_folder["model"]);
        using var golden = ModelFolder.Open(Path.Combine(Golden, "model"));
        (made.Config.HiddenSize, made.Config.NumHiddenLayers).ShouldBe((golden.Config.HiddenSize, golden.Config.NumHiddenLayers));
    }

    [Theory]
    [InlineData("--num-attention-heads 3", "no multiple of --num-key-value-heads")]
    [InlineData("--hidden-size 66", "no even multiple of --num-attention-heads")]
    [InlineData("--model-type gpt2", "--model-type 'gpt2' is unknown: take llama, mistral, phi3, qwen2, qwen3 or smollm3")]
    public async Task Init_WrongSizes_NameTheOption(string options, string message)
    {
        var code = await _console.RunAsync(["model", "init", "--output", _folder["model"], .. options.Split(' ')]);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain(message);
        Directory.Exists(_folder["model"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Merge_Adapter_WritesAModelThatVerifies()
    {
        var code = await _console.RunAsync(
            "model", "merge", "--model", Path.Combine(Golden, "model"), "--adapter", Path.Combine(Golden, "adapter"),
            "--output", _folder["merged"]);
        var verified = await _console.RunAsync("model", "verify", _folder["merged"]);

        code.ShouldBe(ExitCodes.Success, _console.Error);
        verified.ShouldBe(ExitCodes.Success, _console.Error);
        using var merged = ModelFolder.Open(_folder["merged"]);
        using var source = ModelFolder.Open(Path.Combine(Golden, "model"));
        merged.Weights.DtypeOf("model.embed_tokens.weight").ShouldBe(source.Weights.DtypeOf("model.embed_tokens.weight"));
        merged.Fingerprint.ShouldNotBe(source.Fingerprint);
    }

    [Fact]
    public async Task Merge_IntoAFolderWithSomethingInIt_IsRefused()
    {
        _folder.Write("merged/keep.txt", "mine");

        var code = await _console.RunAsync(
            "model", "merge", "--model", Path.Combine(Golden, "model"), "--adapter", Path.Combine(Golden, "adapter"),
            "--output", _folder["merged"]);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("there is something already");
        Directory.GetFiles(_folder["merged"]).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Card_OfAnAdapter_SaysWhatTheFilesSayAndIsNotReplaced()
    {
        Directory.CreateDirectory(_folder["adapter"]);
        foreach (var path in Directory.GetFiles(Path.Combine(Golden, "adapter")))
            File.Copy(path, Path.Combine(_folder["adapter"], Path.GetFileName(path)));

        var first = await _console.RunAsync("model", "card", _folder["adapter"]);
        var second = await _console.RunAsync("model", "card", _folder["adapter"]);
        var third = await _console.RunAsync("model", "card", _folder["adapter"], "--force");

        (first, second, third).ShouldBe((ExitCodes.Success, ExitCodes.BadInput, ExitCodes.Success));
        var card = File.ReadAllText(Path.Combine(_folder["adapter"], "README.md"));
        card.ShouldStartWith("---\nbase_model: '");
        card.ShouldContain("library_name: peft");
        card.ShouldContain("| Rank | ");
    }

    [Fact]
    public async Task Card_OfAModel_HasItsSizes()
    {
        await _console.RunAsync("model", "init", "--output", _folder["model"]);

        var code = await _console.RunAsync("model", "card", _folder["model"]);

        code.ShouldBe(ExitCodes.Success, _console.Error);
        File.ReadAllText(Path.Combine(_folder["model"], "README.md")).ShouldContain("| Architecture | qwen2 |");
    }

    [Theory, InlineData("model"), InlineData("train")]
    public async Task RunAsync_WithoutASubcommand_ShowsHelpOnStandardErrorAndFails(string command)
    {
        var code = await _console.RunAsync(command);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Out.ShouldBeEmpty();
        _console.Error.ShouldContain($"sgasa {command}");
    }
}
