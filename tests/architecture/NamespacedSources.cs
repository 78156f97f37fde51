using System.Text.RegularExpressions;

namespace Sgasa.Architecture.Tests;

/// <summary>The C# files of one project, and which of them name a type that another declares.</summary>
/// <remarks>
/// It reads words, not meaning: a type counts as named where its name stands in a file that can see its namespace, comments and
/// texts left out.
/// </remarks>
internal sealed partial class NamespacedSources
{
    private readonly Dictionary<string, string> _code = [];       // by path within the project
    private readonly Dictionary<string, HashSet<string>> _seen = []; // namespaces that a file can see
    private readonly Dictionary<string, List<(string Namespace, string File)>> _declared = [];

    public NamespacedSources(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            var file = Path.GetRelativePath(folder, path).Replace('\\', '/');
            var text = File.ReadAllText(path);
            if (NamespaceOf().Match(text) is not { Success: true } match) continue; // a program of one file
            var own = match.Groups[1].Value;
            _seen[file] = [.. Enclosing(own), .. Using().Matches(text).Select(u => u.Groups[1].Value)];
            _code[file] = Ignored().Replace(text, " ");
            foreach (Match type in Declaration().Matches(text))
            {
                if (!_declared.TryGetValue(type.Groups[1].Value, out var places)) _declared.Add(type.Groups[1].Value, places = []);
                places.Add((own, file));
            }
        }
    }

    /// <summary>All files.</summary>
    public IReadOnlyCollection<string> Files => _code.Keys;

    /// <summary>The folder of a file within the project; empty for the project's own.</summary>
    public static string FolderOf(string file) => Path.GetDirectoryName(file)!.Replace('\\', '/');

    /// <summary>Every pair of files of which the first names a type of the second.</summary>
    public IEnumerable<(string From, string To)> References() =>
        from file in _code.Keys
        from word in Word().Matches(_code[file]).Select(match => match.Value).Distinct()
        where _declared.ContainsKey(word)
        from place in _declared[word]
        where place.File != file && _seen[file].Contains(place.Namespace)
        select (file, place.File);

    private static IEnumerable<string> Enclosing(string name)
    {
        var parts = name.Split('.');
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('.', parts[..count]));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceOf();

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(
        @"^(?:public|internal) (?:[a-z]+ )*?(?:class|record struct|record|struct|interface|enum|delegate [\w<>\[\],.?]+) ([A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    /// <summary>Raw texts, texts without holes, comments, using lines, and members reached through a dot.</summary>
    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"|(?<!\\$)\"(?:\\\\.|[^\"\\\\\\n])*\"|//[^\\n]*|^using [^\\n]*|(?<=\\w|\\)|\\]|\\?)\\.[A-Z]\\w*", RegexOptions.Multiline)]
    private static partial Regex Ignored();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Word();
}
