using System.Text.RegularExpressions;

namespace Sgasa.Architecture.Tests;

/// <summary>
/// The folders of a project use each other downward only. A folder uses another where one of its files names a type that a
/// file there declares.
/// </summary>
public sealed partial class FolderCycleTests
{
    // Folders that may use each other still, by project. This list only shrinks; "." is the project's own folder.
    private static readonly Dictionary<string, string> NotYet = new()
    {
        ["contracts"] = ". Artifacts Messages",
        ["libs/artifacts"] = ". Mongo Sqlite",
        ["libs/hosting"] = ". Bus Health Hosting Models Telemetry",
        ["libs/modeling"] = ". Chat Chat/Jinja Data Generation Lora Model Safetensors Tokenization Training",
        ["services/augmenter"] = ". Consumers Pairs Prompts",
        ["services/coordinator"] = "Progress Rounds",
        ["services/evaluator"] = ". Consumers Judging Trials",
        ["services/synthesizer"] = ". Consumers Guidelines",
        ["services/trainer"] = ". Checkpoints Consumers Jobs Model Sampling Sessions",
    };

    // In folders of the tool and of what it shares with the coordinator; other projects have fuller ones.
    private const int MostFiles = 15;

    private static readonly string[] Small = ["cli", "libs/api", "libs/attacklogs"];

    private static readonly string Root = FindRoot();

    public static TheoryData<string> Projects =>
    [
        .. Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Root, Path.GetDirectoryName(p)!).Replace('\\', '/'))
            .Where(p => !p.StartsWith("tests/", StringComparison.Ordinal) && !p.Contains("artifacts/obj"))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_OfAProject_FormNoCycle(string project)
    {
        var cycles = CyclesIn(SourcesOf(project)).Select(cycle => cycle.Split(' ')).ToList();

        var known = NotYet.GetValueOrDefault(project, "").Split(' ');
        cycles.Where(cycle => cycle.Except(known).Any()).Select(cycle => string.Join(' ', cycle))
            .ShouldBeEmpty($"{project}: folders that use each other. Move what they share below both.");
    }

    [Fact]
    public void Folders_OfTheToolAndItsApi_HoldFewFiles()
    {
        foreach (var project in Small)
        {
            foreach (var folder in SourcesOf(project).GroupBy(f => f.Folder))
                folder.Count().ShouldBeLessThanOrEqualTo(MostFiles, $"{project}/{folder.Key}: give it inner folders.");
        }
    }

    [Fact]
    public void CyclesIn_FoldersThatUseEachOther_NamesThem()
    {
        var a = new Source("A", "class One { Two two; }");
        var b = new Source("B", "record Two { Three three; } // One");
        var c = new Source("C", "enum Three { }");

        CyclesIn([a, b, c]).ShouldBeEmpty();
        CyclesIn([a, b, c with { Text = "enum Three { Zero = nameof(One).Length }" }]).ShouldBe(["A B C"]);
        CyclesIn([a, b, c with { Text = "enum Three { Zero = \"One\".Length }" }]).ShouldBeEmpty();
    }

    private static List<Source> SourcesOf(string project)
    {
        var folder = Path.Combine(Root, project);
        return
        [
            .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Select(file => new Source(
                    Path.GetRelativePath(folder, Path.GetDirectoryName(file)!).Replace('\\', '/'), File.ReadAllText(file))),
        ];
    }

    /// <summary>The groups of folders of which each uses every other, if by way of third ones; each in one text.</summary>
    private static IEnumerable<string> CyclesIn(IReadOnlyList<Source> sources)
    {
        // A name that several files declare, as parts of one type or by chance, says nothing of where it leads.
        var homes = sources.SelectMany(s => s.Declared.Select(name => (Name: name, s.Folder)))
            .GroupBy(d => d.Name).Where(g => g.Count() == 1).ToDictionary(g => g.Key, g => g.Single().Folder);
        var uses = sources.GroupBy(s => s.Folder).ToDictionary(
            g => g.Key, g => g.SelectMany(s => s.Named).Where(homes.ContainsKey).Select(n => homes[n]).ToHashSet());
        var reached = uses.Keys.ToDictionary(f => f, f => Reached(f, uses));
        return uses.Keys
            .Select(f => string.Join(' ', uses.Keys
                .Where(other => other == f || (reached[f].Contains(other) && reached[other].Contains(f)))
                .Order(StringComparer.Ordinal)))
            .Where(group => group.Contains(' ', StringComparison.Ordinal))
            .Distinct();
    }

    private static HashSet<string> Reached(string from, Dictionary<string, HashSet<string>> uses)
    {
        var (reached, open) = (new HashSet<string>(), new Stack<string>([from]));
        while (open.TryPop(out var folder))
            foreach (var used in uses[folder])
                if (reached.Add(used)) open.Push(used);
        return reached;
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SGASA.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex("""
        ("{3,})[\s\S]*?\1|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*[\s\S]*?\*/
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TextsAndComments();

    [GeneratedRegex(@"\b(?:class|record(?:\s+struct|\s+class)?|struct|interface|enum)\s+([A-Z]\w*)")]
    private static partial Regex Declarations();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Names();

    /// <summary>A file of code.</summary>
    /// <param name="Folder">Where it is in its project.</param>
    /// <param name="Text">What it says.</param>
    private sealed record Source(string Folder, string Text)
    {
        private string Code => TextsAndComments().Replace(Text, "");

        public IReadOnlyList<string> Declared => [.. Declarations().Matches(Code).Select(m => m.Groups[1].Value).Distinct()];

        public IReadOnlySet<string> Named => Names().Matches(Code).Select(m => m.Value).ToHashSet();
    }
}
