namespace Sgasa.Architecture.Tests;

/// <summary>Inside a project, folders build on each other in one direction, and none is a heap of files.</summary>
public sealed class FolderTests
{
    private const int MostFiles = 16;

    public static TheoryData<string> Projects => [.. SourceTree.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_OfAProject_FormNoCycle(string project)
    {
        var arrows = SourceTree.ArrowsOf(project);

        foreach (var cycle in SourceTree.CyclesOf(arrows.Keys))
        {
            var reason = string.Join('\n', arrows.Where(a => cycle.Contains(a.Key.From) && cycle.Contains(a.Key.To))
                .Select(a => $"{a.Key.From} -> {a.Key.To}: {a.Value}"));
            cycle.ShouldBeEmpty(reason);
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_OfAProject_HoldAFewFilesEach(string project) =>
        SourceTree.SourcesOf(project).GroupBy(f => Path.GetDirectoryName(f)!)
            .Where(g => g.Count() > MostFiles).Select(g => g.Key)
            .ShouldBeEmpty($"more than {MostFiles} files in a folder");
}
