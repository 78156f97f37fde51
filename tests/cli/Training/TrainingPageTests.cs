using System.Text.RegularExpressions;

namespace Sgasa.Cli.Tests.Training;

/// <summary>The commands of <c>docs/training.md</c>, run on the data that the page shows.</summary>
public sealed class TrainingPageTests
{
    [Fact]
    public async Task Commands_OfThePage_AllSucceedInOrder()
    {
        using var folder = new TemporaryFolder();
        var page = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "docs", "training.md"), TestContext.Current.CancellationToken);
        string[] data = [.. Block("json").Matches(page).Select(match => match.Groups[1].Value)];
        folder.Write("sft.jsonl", data[0]);
        folder.Write("pairs.jsonl", data[1]);
        string[] commands = Block("console").Match(page).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        commands.Length.ShouldBe(5);

        foreach (var command in commands)
        {
            using var console = new CapturedConsole();
            string[] words = command.Split(' ');
            words[0].ShouldBe("sgasa");
            // Names of files and folders, which the page leaves to the current folder.
            var code = await console.RunAsync([.. words.Skip(1).Select(word => Names.Contains(word) ? folder[word] : word)]);
            code.ShouldBe(ExitCodes.Success, $"{command}: {console.Error}");
        }

        File.ReadLines(Path.Combine(folder["my-dpo"], "metrics.jsonl")).Count().ShouldBe(4);
        File.ReadAllText(Path.Combine(folder["my-dpo"], "README.md")).ShouldContain("| Steps | 4 |");
    }

    private static readonly string[] Names = ["sft.jsonl", "pairs.jsonl", "my-sft", "my-dpo", "merged"];

    private static Regex Block(string language) => new($"```{language}\n(.*?)```", RegexOptions.Singleline);
}
