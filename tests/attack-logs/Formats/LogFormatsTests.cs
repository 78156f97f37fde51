using System.Text;
using Sgasa.AttackLogs.Formats;
using Sgasa.Contracts;

namespace Sgasa.AttackLogs.Tests.Formats;

public sealed class LogFormatsTests
{
    [Theory]
    [InlineData("log.jsonl", "JSON Lines")]
    [InlineData("log.CSV", "CSV")]
    [InlineData("log.csv.jsonl", "JSON Lines")]
    [InlineData("log", "JSON Lines")]
    public void OfFile_AnyName_IsTheFormatOfItsEndingOrTheFirst(string name, string format) =>
        LogFormats.OfFile(name).Name.ShouldBe(format);

    [Theory]
    [InlineData("application/x-ndjson", "JSON Lines")]
    [InlineData("application/JSONL", "JSON Lines")]
    [InlineData("Text/csv", "CSV")]
    [InlineData("text/plain", null)]
    [InlineData(null, null)]
    public void OfMediaType_AnyType_IsTheFormatThatHasItOrNone(string? type, string? format) =>
        LogFormats.OfMediaType(type)?.Name.ShouldBe(format);

    [Fact]
    public void All_EndingsAndMediaTypes_BelongToOneFormatEach()
    {
        LogFormats.All.SelectMany(f => f.Extensions).ShouldBeUnique();
        LogFormats.All.SelectMany(f => f.MediaTypes).ShouldBeUnique();
        LogFormats.All.ShouldAllBe(f => f.Extensions.Count > 0 && f.MediaTypes.Count > 0);
    }

    [Fact]
    public void Push_ThroughAFormatOfOnesOwn_ReadsAndChecksLikeAnyOther()
    {
        var parser = new AttackLogParser("log.tsv", new TabSeparatedLog(), maxLineBytes: 1_000);
        var log = Encoding.UTF8.GetBytes("label\tprompt\tnote\nharmful\tone\tx\nbenign\ttwo\ty\nevil\tthree\tz\n");

        var prompts = parser.Push(log).Take(2).ToList();

        prompts.ShouldBe([new("2", "one", Label.Harmful, "", "", 2), new("3", "two", Label.Benign, "", "", 3)]);
        Should.Throw<UserErrorException>(() => new AttackLogParser("log.tsv", new TabSeparatedLog(), 1_000).Push(log).ToList())
            .Message.ShouldBe("log.tsv:4: unknown label 'evil'. Use 'harmful' or 'benign'.");
    }
}
