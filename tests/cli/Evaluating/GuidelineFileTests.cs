using Sgasa.Cli.Evaluating;
using Sgasa.Contracts;

namespace Sgasa.Cli.Tests.Evaluating;

public sealed class GuidelineFileTests
{
    [Fact]
    public void Read_TextFile_IsOneGuideline()
    {
        using var folder = new TemporaryFolder();

        var guidelines = GuidelineFile.Read(folder.Write("g.txt", "Refuse harm.\nHelp otherwise.\n"));

        guidelines.ShouldBe(["Refuse harm.\nHelp otherwise."]);
    }

    [Fact]
    public void Read_ExportOfARound_IsAGuidelinePerVerifiedLine()
    {
        using var folder = new TemporaryFolder();

        var guidelines = GuidelineFile.Read(folder.Write("g.jsonl", """
            {"id": "0", "text": "tried", "verified": false}
            {"id": "1", "text": "a", "verified": true}

            {"text": "b"}
            """));

        guidelines.ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData("g.txt", " \n", "holds no guideline")]
    [InlineData("g.jsonl", "", "holds no guideline")]
    [InlineData("g.jsonl", "{\"text\": \"a\"}\n{}\n", "g.jsonl:2: ")]
    [InlineData("g.jsonl", "[", "g.jsonl:1: ")]
    public void Read_FileWithoutOne_NamesTheFault(string name, string content, string fault)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(name, content);

        var error = Should.Throw<UserErrorException>(() => GuidelineFile.Read(path));

        error.Message.ShouldContain(fault);
    }
}
