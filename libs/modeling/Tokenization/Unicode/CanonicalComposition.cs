using System.Globalization;
using System.Text;

namespace Sgasa.Modeling.Tokenization.Unicode;

/// <summary>Unicode normalization form C.</summary>
/// <remarks>
/// .NET's own <see cref="string.Normalize()"/> changes nothing when globalization is invariant, or fails where ICU is not
/// installed, and ids must not depend on that: the tables travel with the library.
/// </remarks>
internal static class CanonicalComposition
{
    private const int HangulFirst = 0xAC00, LeadFirst = 0x1100, VowelFirst = 0x1161, TailBefore = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28, HangulCount = LeadCount * VowelCount * TailCount;
    private static readonly Lazy<Tables> Loaded = new(Tables.Load);

    /// <summary>The text in form C; the same object where nothing changes. Lone surrogates must not occur.</summary>
    public static string Normalize(string text)
    {
        // Nothing below U+0300 combines or decomposes differently from itself.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF')) return text;
        var tables = Loaded.Value;
        var codes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) Decompose(rune.Value, codes, tables);
        Reorder(codes, tables);
        var composed = Compose(codes, tables);
        return composed == text ? text : composed;
    }

    private static void Decompose(int code, List<int> output, Tables tables)
    {
        if (code is >= HangulFirst and < HangulFirst + HangulCount)
        {
            var index = code - HangulFirst;
            output.Add(LeadFirst + index / (VowelCount * TailCount));
            output.Add(VowelFirst + index % (VowelCount * TailCount) / TailCount);
            if (index % TailCount != 0) output.Add(TailBefore + index % TailCount);
        }
        else if (tables.Decompositions.TryGetValue(code, out var parts))
            foreach (var part in parts) Decompose(part, output, tables);
        else output.Add(code);
    }

    /// <summary>Sorts each run of combining marks by class, keeping the order of equals.</summary>
    private static void Reorder(List<int> codes, Tables tables)
    {
        for (var start = 0; start < codes.Count;)
        {
            if (tables.Class(codes[start]) == 0)
            {
                start++;
                continue;
            }
            var end = start;
            while (end < codes.Count && tables.Class(codes[end]) != 0) end++;
            if (end - start > 1)
            {
                var sorted = codes.GetRange(start, end - start).OrderBy(tables.Class).ToArray();
                for (var i = 0; i < sorted.Length; i++) codes[start + i] = sorted[i];
            }
            start = end;
        }
    }

    private static string Compose(List<int> codes, Tables tables)
    {
        var kept = new List<int>(codes.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var code in codes)
        {
            var combining = tables.Class(code);
            // A mark joins its starter unless one of its own or a higher class, or another starter, stands between.
            var blocked = starter < 0 || (kept.Count - 1 > starter && (lastClass >= combining || combining == 0));
            if (!blocked && Pair(kept[starter], code, tables) is { } joined)
            {
                kept[starter] = joined;
                continue;
            }
            if (combining == 0) starter = kept.Count;
            lastClass = combining;
            kept.Add(code);
        }
        var text = new StringBuilder(kept.Count);
        foreach (var code in kept) text.Append(new Rune(code));
        return text.ToString();
    }

    private static int? Pair(int first, int second, Tables tables)
    {
        if (first is >= LeadFirst and < LeadFirst + LeadCount && second is >= VowelFirst and < VowelFirst + VowelCount)
            return HangulFirst + ((first - LeadFirst) * VowelCount + (second - VowelFirst)) * TailCount;
        if (first is >= HangulFirst and < HangulFirst + HangulCount && (first - HangulFirst) % TailCount == 0
            && second is > TailBefore and < TailBefore + TailCount)
            return first + (second - TailBefore);
        return tables.Compositions.TryGetValue((first, second), out var joined) ? joined : null;
    }

    private sealed class Tables
    {
        private readonly Dictionary<int, byte> _classes = [];

        public Dictionary<int, int[]> Decompositions { get; } = [];

        public Dictionary<(int, int), int> Compositions { get; } = [];

        public int Class(int code) => code < 0x300 ? 0 : _classes.GetValueOrDefault(code);

        public static Tables Load()
        {
            var tables = new Tables();
            using var stream = typeof(CanonicalComposition).Assembly.GetManifestResourceStream("unicode-nfc.txt")!;
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line) tables.Add(line);
            return tables;
        }

        private void Add(string line)
        {
            if (line.StartsWith('#')) return;
            var fields = line.TrimStart('!', '@').Split(' ');
            if (line.StartsWith('@'))
            {
                for (var code = Hex(fields[0]); code <= Hex(fields[1]); code++)
                    _classes[code] = byte.Parse(fields[2], CultureInfo.InvariantCulture);
                return;
            }
            var parts = fields.Skip(1).Select(Hex).ToArray();
            Decompositions[Hex(fields[0])] = parts;
            if (!line.StartsWith('!')) Compositions[(parts[0], parts[1])] = Hex(fields[0]);
        }

        private static int Hex(string field) => int.Parse(field, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
