using Sgasa.Cli.Output;

namespace Sgasa.Cli.Tests.Output;

public sealed class AtomicFilesTests
{
    [Fact]
    public async Task WriteAsync_FailingHalfWay_LeavesTheOldFile()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.jsonl", "old\n");

        await Should.ThrowAsync<InvalidOperationException>(
            () => AtomicFiles.WriteAsync(path, Failing(), TestContext.Current.CancellationToken));

        File.ReadAllText(path).ShouldBe("old\n");

        static async IAsyncEnumerable<string> Failing()
        {
            await Task.CompletedTask;
            yield return "new";
            throw new InvalidOperationException("broken");
        }
    }

    [Fact]
    public async Task WriteAsync_OverAnOldFile_ReplacesItAndLeavesNothingElse()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.jsonl", "old\nolder\n");

        await AtomicFiles.WriteAsync(path, "new", TestContext.Current.CancellationToken);

        File.ReadAllText(path).ShouldBe("new\n");
        Directory.GetFiles(folder.Path).ShouldBe([path]);
    }

    [Fact]
    public void CopyFolder_OverAnOldCopyAndALeftOver_LeavesTheNewOne()
    {
        using var folder = new TemporaryFolder();
        folder.Write("source/a", "1");
        folder.Write("target/b", "2");
        folder.Write("target.partial/c", "3");

        AtomicFiles.CopyFolder(folder["source"], folder["target"]);

        Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order().ShouldBe(["source", "target"]);
        Directory.GetFiles(folder["target"]).Select(Path.GetFileName).ShouldBe(["a"]);
    }
}
