using System.Text.Json;

namespace Sgasa.Cli.Tests.Commands;

public sealed class ToolTests
{
    [Theory]
    [InlineData("sgasa")]
    [InlineData("adapt")]
    [InlineData("generate")]
    [InlineData("evaluate")]
    [InlineData("rounds")]
    [InlineData("rounds show")]
    [InlineData("cancel")]
    [InlineData("faults")]
    [InlineData("faults requeue")]
    [InlineData("status")]
    [InlineData("train")]
    [InlineData("train sft")]
    [InlineData("train dpo")]
    [InlineData("train cancel")]
    [InlineData("model")]
    [InlineData("model inspect")]
    [InlineData("model verify")]
    [InlineData("model init")]
    [InlineData("model merge")]
    [InlineData("model card")]
    public async Task Help_OfEachCommand_IsTheApprovedText(string command)
    {
        using var console = new CapturedConsole();

        var code = await console.RunAsync([.. command.Split(' ').Where(w => w != "sgasa"), "--help"]);

        code.ShouldBe(ExitCodes.Success);
        console.Error.ShouldBeEmpty();
        Approved.ShouldBe($"help-{command.Replace(' ', '-')}", console.Out);
    }

    [Fact]
    public async Task Version_Asked_IsOneLine()
    {
        using var console = new CapturedConsole();

        var code = await console.RunAsync("--version");

        code.ShouldBe(ExitCodes.Success);
        console.Out.ShouldMatch(@"^\d+\.\d+\.\d+$");
    }

    [Fact]
    public async Task RunAsync_WithoutACommand_ShowsHelpOnStandardErrorAndFails()
    {
        using var console = new CapturedConsole();

        var code = await console.RunAsync();

        code.ShouldBe(ExitCodes.BadInput);
        console.Out.ShouldBeEmpty();
        console.Error.ShouldContain("sgasa adapt samples/educator.jsonl");
    }

    [Theory]
    [InlineData("frob", "'frob'", "See 'sgasa --help'.")]
    [InlineData("adapt", "LOG", "See 'sgasa adapt --help'.")]
    [InlineData("adapt a b", "'b'", "See 'sgasa adapt --help'.")]
    [InlineData("adapt a --sed 1", "Unknown option '--sed'. Did you mean '--seed'?", "See 'sgasa adapt --help'.")]
    [InlineData("adapt a --seed", "--seed", "See 'sgasa adapt --help'.")]
    [InlineData("adapt a --seed x", "--seed 'x' is not a whole number", "See 'sgasa adapt --help'.")]
    [InlineData("adapt a --judge gpt", "--judge 'gpt' is unknown: take oracle, rules or model", "See 'sgasa adapt --help'.")]
    [InlineData("adapt a --device tpu", "--device 'tpu' is unknown", "See 'sgasa adapt --help'.")]
    [InlineData("generate a --temperature -1", "--temperature -1 is out of range: take 0 to 5", "See 'sgasa generate --help'.")]
    [InlineData("generate a --top-p nan", "--top-p 'nan' is not a number", "See 'sgasa generate --help'.")]
    [InlineData("generate a --top-k 1.5", "--top-k '1.5' is not a whole number", "See 'sgasa generate --help'.")]
    [InlineData("generate a --max-new-tokens 0", "--max-new-tokens 0 is out of range", "See 'sgasa generate --help'.")]
    [InlineData("rounds show", "ID", "See 'sgasa rounds show --help'.")]
    public async Task RunAsync_WrongCommandLine_IsOneLineThatNamesTheFault(string line, string fault, string remedy)
    {
        using var console = new CapturedConsole();

        var code = await console.RunAsync(line.Split(' '));

        code.ShouldBe(ExitCodes.BadInput);
        console.Out.ShouldBeEmpty();
        console.Error.ShouldStartWith("error: ");
        console.Error.ShouldContain(fault);
        console.Error.ShouldEndWith(remedy);
        console.Error.ShouldNotContain("\n");
    }

    [Fact]
    public async Task RunAsync_WrongCommandLineWithJson_PrintsTheErrorAsOneObjectToo()
    {
        using var console = new CapturedConsole();

        var code = await console.RunAsync("adapt", "nowhere.jsonl", "--json");

        code.ShouldBe(ExitCodes.BadInput);
        using var json = JsonDocument.Parse(console.Out);
        json.RootElement.GetProperty("error").GetString().ShouldBe("nowhere.jsonl: no such file. Check the path.");
        json.RootElement.GetProperty("exitCode").GetInt32().ShouldBe(ExitCodes.BadInput);
        console.Error.ShouldBe("error: nowhere.jsonl: no such file. Check the path.");
    }

    [Fact]
    public async Task RunAsync_Interrupted_Exits130()
    {
        using var folder = new TemporaryFolder();
        using var console = new CapturedConsole();

        var code = await Tool.RunAsync(
            ["adapt", folder.Write("log.jsonl", Some.Log()), "--output", folder["out"]],
            console.Console,
            TimeProvider.System,
            new CancellationToken(canceled: true));

        code.ShouldBe(ExitCodes.Interrupted);
        console.Error.ShouldBe("Stopped.");
        Directory.Exists(folder["out"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Generate_EmptyInput_IsAUserError()
    {
        using var console = new CapturedConsole(input: " \n");

        var code = await console.RunAsync("generate", "-");

        code.ShouldBe(ExitCodes.BadInput);
        console.Error.ShouldBe("error: The prompt is empty: give a text, or - to read it from standard input.");
    }

    [Fact]
    public async Task Rounds_WhereNoneAre_SaysHowToMakeOneAndMakesNothing()
    {
        using var folder = new TemporaryFolder();
        using var console = new CapturedConsole();

        var code = await console.RunAsync("rounds", "--output", folder["none"]);

        code.ShouldBe(ExitCodes.BadInput);
        console.Error.ShouldBe(
            $"error: {folder["none"]}: there are no rounds here. Run 'sgasa adapt LOG' first, or give --output FOLDER.");
        Directory.Exists(folder["none"]).ShouldBeFalse();
    }
}
