using System.Reflection;

namespace Sgasa.TinyWorld;

/// <summary>Reads the world's embedded word lists: sections headed <c># slot split</c>, one phrase a line.</summary>
internal static class WorldData
{
    /// <summary>The lines of a file that are neither empty nor comments of a topic list.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream($"Sgasa.TinyWorld.Data.{name}.txt")
            ?? throw new InvalidOperationException($"The word list '{name}' is not embedded.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0) yield return line;
        }
    }

    /// <summary>Phrases by slot and split.</summary>
    public static IReadOnlyDictionary<(string Slot, WorldSplit Split), IReadOnlyList<string>> Phrases(string name)
    {
        var phrases = new Dictionary<(string, WorldSplit), List<string>>();
        List<string>? section = null;
        foreach (var line in Lines(name))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                var head = line[2..].Split(' ');
                phrases[(head[0], Enum.Parse<WorldSplit>(head[1], ignoreCase: true))] = section = [];
            }
            else
            {
                (section ?? throw new InvalidOperationException($"'{name}' begins without a section.")).Add(line);
            }
        }
        return phrases.ToDictionary(p => p.Key, p => (IReadOnlyList<string>)p.Value);
    }
}
