using Sgasa.Contracts;

namespace Sgasa.Hosting.Recipes;

/// <summary>A value of a recipe file, and the line it stands on, from 1.</summary>
internal abstract record RecipeNode(int Line)
{
    /// <summary>One value. <paramref name="Quoted"/> text is never a number.</summary>
    public sealed record Scalar(int Line, string Text, bool Quoted) : RecipeNode(Line);

    /// <summary>Keys and values, in the file's order, no key twice.</summary>
    public sealed record Mapping(int Line, IReadOnlyList<Entry> Entries) : RecipeNode(Line);

    /// <summary>A list.</summary>
    public sealed record Sequence(int Line, IReadOnlyList<RecipeNode> Items) : RecipeNode(Line);

    /// <summary>A key, the line it stands on, and its value.</summary>
    public sealed record Entry(string Key, int Line, RecipeNode Value);

    /// <summary>Whether it says that there is no value.</summary>
    public bool IsNull => this is Scalar { Quoted: false, Text: "" or "~" or "null" };

    /// <summary>The node in few words, for an error.</summary>
    public string Describe() => this switch
    {
        Scalar { Text.Length: 0, Quoted: false } => "nothing",
        Scalar scalar => Shown(scalar.Text),
        Mapping => "a group of keys",
        _ => "a list",
    };

    /// <summary>Text from a file, quoted, short, and on one line.</summary>
    public static string Shown(string text)
    {
        var line = string.Concat(text.Take(60).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
        return text.Length > 60 ? $"'{line}…'" : $"'{line}'";
    }

    /// <summary>Adds an entry, refusing a second one of the same key.</summary>
    public static void Add(List<Entry> entries, Entry entry, string origin)
    {
        if (entries.Find(e => e.Key == entry.Key) is { } first)
        {
            throw new UserErrorException(
                $"{origin}:{entry.Line}: the key {Shown(entry.Key)} was given before, on line {first.Line}. " +
                "Remove one of the two.");
        }

        entries.Add(entry);
    }
}
