using System.Text;

namespace Sgasa.Cli.Tests.Commands;

/// <summary>Every mistake that a user can make in the files: one line, exit code 2, nothing written.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CapturedConsole _console = new();

    public void Dispose()
    {
        _folder.Dispose();
        _console.Dispose();
    }

    [Theory]
    [InlineData("", "log.jsonl: holds no prompts.")]
    [InlineData("{\"prompt\": \"p\", \"label\": \"harmful\"}\nnot json\n", "log.jsonl:2: ")]
    [InlineData("{\"prompt\": \"p\", \"label\": \"evil\"}\n", "log.jsonl:1: unknown label 'evil'.")]
    [InlineData("{\"prompt\": \"p\", \"label\": \"harmful\"}\n", "log.jsonl: found 1 harmful and 0 benign prompts")]
    [InlineData(
        "{\"id\": \"a\", \"prompt\": \"p\", \"label\": \"harmful\"}\n{\"id\": \"a\", \"prompt\": \"q\", \"label\": \"harmful\"}\n",
        "log.jsonl:2: the id 'a' was given before, on line 1.")]
    public async Task Adapt_WrongLog_NamesFileAndLine(string content, string message)
    {
        _folder.Write("log.jsonl", content);

        await AdaptShouldFailAsync(message);
    }

    [Fact]
    public async Task Adapt_LineOfFiftyMegabytes_NamesFileAndLine()
    {
        _folder.Write("log.jsonl", Some.Log() + "{\"prompt\": \"" + new string('a', 50 << 20));

        await AdaptShouldFailAsync("log.jsonl:5: ");
    }

    [Fact]
    public async Task Adapt_InvalidUtf8_NamesFileAndLine()
    {
        _folder.Write("log.jsonl", Some.Log());
        File.AppendAllText(_folder["log.jsonl"], "\"\u00ff\n", Encoding.Latin1);

        await AdaptShouldFailAsync("log.jsonl:5: ");
    }

    [Fact]
    public async Task Adapt_PromptLongerThanTheContext_NamesFileAndLine()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 40_000));
        _folder.Write("log.jsonl", Some.Log() + $$"""{"prompt": "{{words}}", "label": "benign"}""");

        await AdaptShouldFailAsync("log.jsonl:5: with its instruction this prompt has ", "--model", Model());
    }

    [Fact]
    public async Task Adapt_PromptsTooLongTogether_NamesTheRecipesKey()
    {
        var words = string.Join(' ', Enumerable.Repeat("lesson", 260));
        _folder.Write("log.jsonl", string.Concat(
            from label in (string[])["harmful", "benign"]
            from i in Enumerable.Range(0, 3)
            select $$"""{"prompt": "{{label}} {{words}} {{i}}", "label": "{{label}}"}""" + "\n"));

        await AdaptShouldFailAsync("log.jsonl: the longest prompts that one instruction may show together have ");
    }

    [Theory]
    [InlineData("guidelines:\n  cuont: 3\n", "recipe.yaml:2: unknown key 'guidelines.cuont'. Did you mean 'guidelines.count'?")]
    [InlineData("guidelines:\n  count: 0\n", "recipe.yaml:2: 'guidelines.count' is ")]
    public async Task Adapt_WrongRecipe_NamesFileAndLine(string recipe, string message)
    {
        _folder.Write("log.jsonl", Some.Log());

        await AdaptShouldFailAsync(message, "--model", Model(), "--recipe", _folder.Write("recipe.yaml", recipe));
    }

    [Fact]
    public async Task Adapt_ModelFolderWithoutConfig_NamesTheFile()
    {
        _folder.Write("log.jsonl", Some.Log());
        File.Delete(Path.Combine(Model(), "config.json"));

        await AdaptShouldFailAsync("config.json", "--model", _folder["model"]);
    }

    [Fact]
    public async Task Adapt_UnsupportedModelType_ListsTheSupported()
    {
        _folder.Write("log.jsonl", Some.Log());
        Change("config.json", "\"qwen2\"", "\"gpt_neox\"");

        await AdaptShouldFailAsync("qwen2", "--model", _folder["model"]);
    }

    [Fact]
    public async Task Adapt_TruncatedWeights_NamesTheFile()
    {
        _folder.Write("log.jsonl", Some.Log());
        using (var file = new FileStream(Path.Combine(Model(), "model.safetensors"), FileMode.Open))
            file.SetLength(file.Length / 2);

        await AdaptShouldFailAsync("model.safetensors", "--model", _folder["model"]);
    }

    [Fact]
    public async Task Adapt_TestPromptThatIsInTheLog_NamesBothLines()
    {
        _folder.Write("log.jsonl", Some.Log());
        var test = _folder.Write("test.jsonl", Some.Log(perLabel: 3));

        await AdaptShouldFailAsync("test.jsonl:1: this prompt is also on line 1 of ", "--model", Model(), "--test", test);
    }

    [Fact]
    public async Task Adapt_OracleForAnotherWorldsPrompts_NamesTheLine()
    {
        _folder.Write("log.jsonl", Some.Log());
        var test = _folder.Write(
            "test.jsonl", "{\"prompt\": \"x\", \"label\": \"benign\"}\n{\"prompt\": \"y\", \"label\": \"harmful\"}\n");

        await AdaptShouldFailAsync(
            "test.jsonl:1: the oracle knows no benign prompt like this", "--model", Model(), "--judge", "oracle", "--test", test);
    }

    [Fact]
    public async Task Adapt_OutputFolderBelowAFile_SaysThatItCannotBeWritten()
    {
        _folder.Write("log.jsonl", Some.Log());
        _folder.Write("out", "a file");

        var below = Path.Combine(_folder["out"], "x");
        var code = await _console.RunAsync("adapt", _folder["log.jsonl"], "--recipe", "tiny", "--model", Model(), "--output", below);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("the output folder can't be written");
    }

    [Fact]
    public async Task Adapt_FolderThatAnotherRunHolds_NamesItsProcess()
    {
        _folder.Write("log.jsonl", Some.Log());
        using var held = Cli.Output.OutputFolder.Open(_folder["out"]);

        var code = await _console.RunAsync(
            "adapt", _folder["log.jsonl"], "--recipe", "tiny", "--model", Model(), "--output", _folder["out"]);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldBe(
            $"error: {_folder["out"]}: another sgasa (process {Environment.ProcessId}) is working in this folder. " +
            "Wait for it, or give --output FOLDER.");
        File.Exists(Cli.Output.OutputFolder.DatabaseIn(_folder["out"])).ShouldBeFalse();
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("evaluate")]
    public async Task Adapter_FolderWithoutOne_NamesTheFile(string command)
    {
        _folder.Write("log.jsonl", Some.Log());
        var argument = command == "generate" ? "hello" : _folder["log.jsonl"];

        var code = await _console.RunAsync(command, argument, "--model", Model(), "--adapter", _folder.Path);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("adapter_config.json");
    }

    [Fact]
    public async Task Generate_AdapterOfAnotherModel_IsRefused()
    {
        var adapter = Path.Combine(AppContext.BaseDirectory, "fixtures", "qwen2-r1", "adapter");

        var code = await _console.RunAsync("generate", "hello", "--adapter", adapter);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldStartWith("error: ");
        _console.Error.ShouldContain("adapter");
        _console.Error.ShouldNotContain("\n");
    }

    [Fact]
    public async Task Generate_DeviceThatIsNotThere_IsAUserError()
    {
        var code = await _console.RunAsync("generate", "hello", "--device", "cuda:99");

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("'cuda:99'");
    }

    private async Task AdaptShouldFailAsync(string message, params string[] more)
    {
        var code = await _console.RunAsync(["adapt", _folder["log.jsonl"], "--output", _folder["out"], .. more]);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldStartWith("error: ");
        _console.Error.ShouldContain(message);
        _console.Error.ShouldNotContain("\n");
        _console.Out.ShouldBeEmpty();
        Directory.Exists(_folder["out"]).ShouldBeFalse();
    }

    /// <summary>A copy of a small model.</summary>
    private string Model()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "fixtures", "qwen2-r1", "model");
        Directory.CreateDirectory(_folder["model"]);
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(_folder["model"], Path.GetFileName(file)), overwrite: true);
        return _folder["model"];
    }

    private void Change(string name, string from, string to)
    {
        var path = Path.Combine(Model(), name);
        var text = File.ReadAllText(path);
        text.ShouldContain(from);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }
}
