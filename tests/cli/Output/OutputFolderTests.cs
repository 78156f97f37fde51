using Sgasa.Cli.Output;
using Sgasa.Contracts;

namespace Sgasa.Cli.Tests.Output;

public sealed class OutputFolderTests
{
    [Fact]
    public void Open_AfterTheHolderLetGo_Succeeds()
    {
        using var folder = new TemporaryFolder();
        OutputFolder.Open(folder["out"]).Dispose();

        using var again = OutputFolder.Open(folder["out"]);

        again.Root.ShouldBe(folder["out"]);
    }

    [Fact]
    public void Open_WhileHeld_NamesTheHolder()
    {
        using var folder = new TemporaryFolder();
        using var held = OutputFolder.Open(folder["out"]);

        var error = Should.Throw<UserErrorException>(() => OutputFolder.Open(folder["out"]));

        error.Message.ShouldContain($"process {Environment.ProcessId}");
    }

    [Fact]
    public void Open_PathOfAFile_IsAUserError()
    {
        using var folder = new TemporaryFolder();
        folder.Write("out", "a file");

        var error = Should.Throw<UserErrorException>(() => OutputFolder.Open(folder["out"]));

        error.Message.ShouldStartWith($"{folder["out"]}: the output folder can't be written");
    }
}
