namespace Sgasa.EndToEnd.Tests;

public sealed class BadInputTests
{
    [Theory]
    [InlineData("adapt nowhere.jsonl", "nowhere.jsonl: no such file")]
    [InlineData("adapt SAMPLE --model nowhere", "nowhere: there is no such folder")]
    [InlineData("adapt SAMPLE --recipe nowhere.yaml", "nowhere.yaml: no such recipe file")]
    [InlineData("adapt SAMPLE --output /dev/null/out", "/dev/null/out: the output folder can't be written")]
    [InlineData("generate hello --adapter nowhere", "nowhere: there is no such folder")]
    [InlineData("evaluate nowhere.jsonl", "nowhere.jsonl: no such file")]
    [InlineData("rounds show r-0 --output nowhere", "nowhere: there are no rounds here")]
    [InlineData("adapt SAMPLE --frob", "Unknown option '--frob'")]
    public async Task Tool_WrongInput_SaysItInOneLineAndExitsWith2(string line, string message)
    {
        var sample = Path.Combine(AppContext.BaseDirectory, "samples", "educator.jsonl");

        var result = await ToolProcess.RunAsync([.. line.Split(' ').Select(w => w == "SAMPLE" ? sample : w)]);

        result.ExitCode.ShouldBe(2, result.Error);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldStartWith("error: ");
        result.Error.ShouldContain(message);
        result.Error.TrimEnd('\n').ShouldNotContain("\n");
    }
}
