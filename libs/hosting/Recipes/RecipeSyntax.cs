using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Sgasa.Contracts;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sgasa.Hosting.Recipes;

/// <summary>Reads a recipe file's YAML or JSON into nodes that know their lines.</summary>
internal static class RecipeSyntax
{
    /// <summary>Deepest nesting read; a recipe has three levels.</summary>
    private const int MaxDepth = 16;

    /// <summary>Reads a whole file.</summary>
    /// <param name="bytes">Its content, UTF-8, with or without byte order mark.</param>
    /// <param name="origin">The file as the user named it; one ending in <c>.json</c> holds JSON, any other YAML.</param>
    /// <exception cref="UserErrorException">Not UTF-8, not well-formed, or not a group of keys.</exception>
    public static RecipeNode.Mapping Read(ReadOnlySpan<byte> bytes, string origin)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        CheckUtf8(bytes, origin);
        if (bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            throw Error(origin, 1, "the recipe is empty. Give at least one key, for example 'extends: tiny'");

        var root = origin.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? ReadJson(bytes, origin)
            : ReadYaml(Encoding.UTF8.GetString(bytes), origin);
        return root as RecipeNode.Mapping
            ?? throw Error(origin, root.Line,
                $"a recipe is a group of keys, this is {root.Describe()}. Write lines like 'extends: tiny'");
    }

    private static void CheckUtf8(ReadOnlySpan<byte> bytes, string origin)
    {
        var line = 1;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            if (!Utf8.IsValid(bytes[range]))
                throw Error(origin, line, "the line is not UTF-8. Save the file as UTF-8");
            line++;
        }
    }

    private static RecipeNode ReadYaml(string text, string origin)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
                throw Error(origin, 1, "the recipe is empty. Give at least one key, for example 'extends: tiny'");
            var root = ReadYaml(parser, origin, depth: 0);
            parser.Consume<DocumentEnd>();
            return parser.TryConsume<DocumentStart>(out var second)
                ? throw Error(origin, second.Start.Line, "a second document begins here. Keep one recipe in a file")
                : root;
        }
        catch (YamlException e)
        {
            throw new UserErrorException(
                $"{origin}:{Math.Max(1, e.Start.Line)}: not well-formed YAML: {OneLine(e.Message)}. Mend the line.", e);
        }
        catch (Exception e) when (e is not UserErrorException)
        {
            // On some malformed texts the parser library throws whatever its insides throw.
            throw new UserErrorException(
                $"{origin}:{parser.Current?.End.Line ?? 1}: not well-formed YAML: unexpected text. Mend the line.", e);
        }
    }

    private static RecipeNode ReadYaml(IParser parser, string origin, int depth)
    {
        var start = parser.Consume<ParsingEvent>();
        var line = (int)start.Start.Line;
        if (start is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            throw Error(origin, line, "anchors and aliases (&, *) can't be used in a recipe. Write the value out");
        if (start is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } })
            throw Error(origin, line, "tags (!) can't be used in a recipe. Write the bare value");
        if (depth > MaxDepth)
            throw Error(origin, line, "nested too deep. A recipe has three levels");

        switch (start)
        {
            case Scalar scalar:
                return new RecipeNode.Scalar(line, scalar.Value, scalar.Style != ScalarStyle.Plain);
            case SequenceStart:
                var items = new List<RecipeNode>();
                while (!parser.TryConsume<SequenceEnd>(out _))
                    items.Add(ReadYaml(parser, origin, depth + 1));
                return new RecipeNode.Sequence(line, items);
            default:
                var entries = new List<RecipeNode.Entry>();
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    var key = ReadYaml(parser, origin, depth + 1);
                    if (key is not RecipeNode.Scalar { Text: var name })
                        throw Error(origin, key.Line, $"a key must be a word, not {key.Describe()}. Write 'key: value'");
                    RecipeNode.Add(entries, new(name, key.Line, ReadYaml(parser, origin, depth + 1)), origin);
                }

                return new RecipeNode.Mapping(line, entries);
        }
    }

    private static RecipeNode ReadJson(ReadOnlySpan<byte> bytes, string origin)
    {
        var lines = new LineCounter(bytes);
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            var root = ReadJson(ref reader, ref lines, origin);
            return reader.Read() ? throw new JsonException("more than one value") : root;
        }
        catch (JsonException e)
        {
            throw new UserErrorException(
                $"{origin}:{(e.LineNumber ?? 0) + 1}: not well-formed JSON: {OneLine(e.Message)}. Mend the line.", e);
        }
    }

    private static RecipeNode ReadJson(ref Utf8JsonReader reader, ref LineCounter lines, string origin)
    {
        var line = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var entries = new List<RecipeNode.Entry>();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var (key, keyLine) = (Text(ref reader, origin, ref lines), lines.At(reader.TokenStartIndex));
                    reader.Read();
                    RecipeNode.Add(entries, new(key, keyLine, ReadJson(ref reader, ref lines, origin)), origin);
                }

                return new RecipeNode.Mapping(line, entries);
            case JsonTokenType.StartArray:
                var items = new List<RecipeNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadJson(ref reader, ref lines, origin));
                return new RecipeNode.Sequence(line, items);
            case JsonTokenType.String:
                return new RecipeNode.Scalar(line, Text(ref reader, origin, ref lines), Quoted: true);
            default:
                return new RecipeNode.Scalar(line, Encoding.UTF8.GetString(reader.ValueSpan), Quoted: false);
        }
    }

    // Escapes can spell half a surrogate pair, which is no text.
    private static string Text(ref Utf8JsonReader reader, string origin, ref LineCounter lines)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error(origin, lines.At(reader.TokenStartIndex), "the text has an escape that is no character. Remove it");
        }
    }

    private static UserErrorException Error(string origin, long line, string what) => new($"{origin}:{line}: {what}.");

    private static string OneLine(string message)
    {
        var line = message.ReplaceLineEndings(" ");
        var end = line.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? line : line[..end]).TrimEnd('.', ' ');
    }

    /// <summary>Gives the line of byte positions that only rise.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _position;
        private int _line = 1;

        public int At(long position)
        {
            if (position > _position)
            {
                _line += _bytes[_position..(int)position].Count((byte)'\n');
                _position = (int)position;
            }

            return _line;
        }
    }
}
