using System.Text.RegularExpressions;

namespace Sgasa.Architecture.Tests;

/// <summary>docs/extending.md lists the files that a new thing takes: exactly those that know the example of its kind.</summary>
public sealed partial class ExtendingTests
{
    private static readonly string Root = SourceTree.Root;

    [Theory]
    [InlineData("Add a log format", "CsvLog", 2)]
    [InlineData("Add a DPO loss", "Hinge", 2)]
    [InlineData("Add a model family", "SmolLM3", 2)]
    [InlineData("Add an endpoint with a command", "DeploymentStatus", 4)]
    public void Section_ListOfFiles_IsThatOfTheFilesThatKnowItsExample(string section, string example, int most)
    {
        var listed = FilesIn(section);

        listed.Count.ShouldBeLessThanOrEqualTo(most);
        FilesThatName(example).ShouldBe(listed, ignoreOrder: true);
    }

    [Fact]
    public void Commands_EachInAFileOfItsOwn_AreKnownNowhereElse()
    {
        var commands = Directory.EnumerateFiles(Path.Combine(Root, "cli/Commands"), "*Command.cs")
            .Select(f => Path.GetFileNameWithoutExtension(f)).Where(name => name != "IToolCommand").ToList();

        commands.ShouldNotBeEmpty();
        foreach (var command in commands) FilesThatName(command).ShouldBe([$"cli/Commands/{command}.cs"]);
    }

    private static List<string> FilesIn(string section)
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs/extending.md"));
        var start = page.IndexOf($"## {section}\n", StringComparison.Ordinal);
        start.ShouldBeGreaterThan(-1, section);
        var end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return [.. Row().Matches(end < 0 ? page[start..] : page[start..end]).Select(m => m.Groups[1].Value)];
    }

    private static IEnumerable<string> FilesThatName(string word) =>
        from folder in (string[])["contracts", "libs", "services", "cli", "models", "bench"]
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        where Regex.IsMatch(File.ReadAllText(file), $@"\b{word}\b")
        select Path.GetRelativePath(Root, file).Replace('\\', '/');

    [GeneratedRegex(@"^\| `([^`]+\.cs)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
