using System.Buffers;

namespace Sgasa.Modeling.Tokenization;

/// <summary>Finds added tokens in text: the leftmost, and of those that begin there the longest.</summary>
internal sealed class AddedTokenFinder
{
    private readonly Dictionary<char, AddedToken[]> _byFirst;
    private readonly SearchValues<char> _firsts;

    /// <summary>Makes a finder of these tokens.</summary>
    public AddedTokenFinder(IEnumerable<AddedToken> tokens)
    {
        _byFirst = tokens.GroupBy(t => t.Content[0])
            .ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Content.Length).ToArray());
        _firsts = SearchValues.Create([.. _byFirst.Keys]);
    }

    /// <summary>
    /// The first token at or after <paramref name="from"/>, with the span it takes; null where there is none.
    /// </summary>
    public (int Start, int End, AddedToken Token)? Next(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            var step = text.AsSpan(i).IndexOfAny(_firsts);
            if (step < 0) return null;
            i += step;
            foreach (var token in _byFirst[text[i]])
            {
                var end = i + token.Content.Length;
                if (string.CompareOrdinal(text, i, token.Content, 0, token.Content.Length) != 0) continue;
                if (token.SingleWord && (IsWord(text, i - 1) || IsWord(text, end))) break;
                var start = i;
                while (token.LeftStrip && start > from && char.IsWhiteSpace(text[start - 1])) start--;
                while (token.RightStrip && end < text.Length && char.IsWhiteSpace(text[end])) end++;
                return (start, end, token);
            }
        }
        return null;
    }

    private static bool IsWord(string text, int at) =>
        at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_');
}
