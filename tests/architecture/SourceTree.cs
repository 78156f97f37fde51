using System.Text.RegularExpressions;

namespace Sgasa.Architecture.Tests;

/// <summary>
/// The production sources as text: which file declares which type, and which other files name it. It reads identifiers, not
/// meaning: a name that several files declare is passed over, and so is one behind a dot, which is a member's.
/// </summary>
internal static partial class SourceTree
{
    private static readonly string[] Elsewhere = ["tests/", "artifacts/"];

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folders of the projects, from the root, those that lie in others first.</summary>
    public static IReadOnlyList<string> Projects { get; } =
    [
        .. Files("*.csproj").Select(f => Path.GetDirectoryName(f)!).OrderByDescending(f => f.Length).ThenBy(f => f, StringComparer.Ordinal),
    ];

    /// <summary>The source files of a project, from the root.</summary>
    public static IReadOnlyList<string> SourcesOf(string project) =>
        [.. Files("*.cs").Where(f => Projects.First(p => f.StartsWith(p + "/", StringComparison.Ordinal)) == project)];

    /// <summary>Which folders of a project name types of which others; the files that do, for the message.</summary>
    public static IReadOnlyDictionary<(string From, string To), string> ArrowsOf(string project)
    {
        var texts = SourcesOf(project).ToDictionary(f => f, f => Code(File.ReadAllText(Path.Combine(Root, f))));
        var declared = texts.SelectMany(t => Declaration().Matches(t.Value).Select(m => (Type: m.Groups[1].Value, File: t.Key)))
            .Distinct().ToLookup(d => d.Type, d => d.File);
        var arrows = new Dictionary<(string From, string To), string>();
        foreach (var (file, text) in texts)
        {
            foreach (var word in Name().Matches(text).Select(m => m.Value).Distinct().Where(w => declared[w].Count() == 1))
            {
                var target = declared[word].Single();
                var arrow = (Path.GetDirectoryName(file)!, Path.GetDirectoryName(target)!);
                if (arrow.Item1 != arrow.Item2)
                    arrows.TryAdd(arrow, $"{Path.GetFileName(file)} names {Path.GetFileName(target)}");
            }
        }

        return arrows;
    }

    /// <summary>The folders that can be reached from each other, in groups of two or more.</summary>
    public static IReadOnlyList<IReadOnlySet<string>> CyclesOf(IEnumerable<(string From, string To)> arrows)
    {
        var next = arrows.ToLookup(a => a.From, a => a.To);
        var reached = next.Select(g => g.Key).ToDictionary(f => f, f => Reach(f, next));
        return
        [
            .. reached.Keys.Select(f => reached[f].Where(g => g != f && reached.TryGetValue(g, out var back) && back.Contains(f)).Append(f).ToHashSet())
                .Where(group => group.Count > 1)
                .DistinctBy(group => string.Join('|', group.Order(StringComparer.Ordinal))),
        ];
    }

    private static HashSet<string> Reach(string from, ILookup<string, string> next)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(next[from]);
        while (open.TryPop(out var folder))
            if (seen.Add(folder))
                foreach (var further in next[folder]) open.Push(further);
        return seen;
    }

    private static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !Elsewhere.Any(e => f.StartsWith(e, StringComparison.Ordinal)) && !f.Contains("/obj/", StringComparison.Ordinal));

    private static string Code(string source) => Comment().Replace(Text().Replace(source, "\"\""), "");

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SGASA.sln")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))
                ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder;
    }

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"|@\"(?:[^\"]|\"\")*\"|\"(?:\\\\.|[^\"\\\\\\n])*\"")]
    private static partial Regex Text();

    [GeneratedRegex(@"//[^\n]*|/\*[\s\S]*?\*/")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(?:class|record(?:\s+struct|\s+class)?|struct|interface|enum)\s+([A-Z]\w*)")]
    private static partial Regex Declaration();

    // Not a member, and not a property that is called as a type elsewhere.
    [GeneratedRegex(@"(?<![.\w])[A-Z]\w*\b(?!\s*\{\s*(?:get|set|init)\b)")]
    private static partial Regex Name();
}
