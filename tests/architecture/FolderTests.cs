namespace Sgasa.Architecture.Tests;

/// <summary>Inside a project, folders build on each other in one direction, and none is a heap of files.</summary>
public sealed class FolderTests
{
    private const int MostFiles = 16;

    // Folders that still name each other. This list shrinks; nothing is added to it.
    private static readonly Dictionary<string, string[]> StillTangled = new()
    {
        ["services/trainer"] = ["services/trainer/*"],
    };

    // Folders that still hold more. This list shrinks too.
    private static readonly string[] StillFull =
    [
        "services/trainer/Jobs",
    ];

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
            cycle.ShouldAllBe(folder => IsListed(project, folder), reason);
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_OfAProject_HoldAFewFilesEach(string project)
    {
        var full = SourceTree.SourcesOf(project).GroupBy(f => Path.GetDirectoryName(f)!)
            .Where(g => g.Count() > MostFiles).Select(g => g.Key);

        full.Except(StillFull).ShouldBeEmpty($"more than {MostFiles} files in a folder");
    }

    [Fact]
    public void Lists_OfWhatIsStillToBeDone_NameNothingThatIsDone()
    {
        foreach (var (project, folders) in StillTangled)
        {
            var cycles = SourceTree.CyclesOf(SourceTree.ArrowsOf(project).Keys).SelectMany(c => c).ToHashSet();
            folders.Where(f => !f.EndsWith('*')).ShouldBeSubsetOf(cycles, project);
            cycles.ShouldNotBeEmpty(project);
        }

        foreach (var folder in StillFull)
            Directory.GetFiles(Path.Combine(SourceTree.Root, folder), "*.cs").Length.ShouldBeGreaterThan(MostFiles, folder);
    }

    private static bool IsListed(string project, string folder) =>
        StillTangled.TryGetValue(project, out var folders) && (folders.Contains(folder) || folders.Contains(project + "/*"));
}
