using System.Runtime.InteropServices;
using Sgasa.Modeling.Tokenization.Unicode;

namespace Sgasa.Modeling.Tokenization;

/// <summary>
/// Learns a byte-level BPE vocabulary: again and again the most frequent neighbouring pair becomes a token.
/// </summary>
/// <remarks>
/// Texts are cut into pieces, equal pieces are counted once, and after each merge only the pieces that held the pair are
/// looked at again. Ties go to the pair of smaller ids, so the outcome depends on the texts alone, not on their order.
/// </remarks>
public static class BpeTrainer
{
    /// <summary>Trains on texts.</summary>
    /// <param name="texts">The corpus, normalized to form C on the way.</param>
    /// <param name="vocabSize">
    /// Tokens wanted, the 256 bytes included, added tokens not; fewer come out of a small corpus.
    /// </param>
    /// <param name="pattern">How text is cut into pieces; see <see cref="TokenizerPatterns"/>.</param>
    /// <param name="minFrequency">Pairs seen less often are never merged.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    public static BpeVocabulary Train(
        IEnumerable<string> texts,
        int vocabSize,
        string pattern = TokenizerPatterns.Qwen2,
        int minFrequency = 2,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabSize, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(minFrequency, 1);
        var run = new Merging(CountPieces(texts, pattern, cancellationToken), minFrequency);
        while (run.Tokens.Count < vocabSize && run.MergeBest()) cancellationToken.ThrowIfCancellationRequested();
        return new BpeVocabulary(run.Tokens, run.Merges);
    }

    private static Dictionary<string, long> CountPieces(IEnumerable<string> texts, string pattern, CancellationToken ct)
    {
        var splitter = PreTokenizer.FromPattern(pattern);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var pieces = new List<(int Start, int Length)>();
        foreach (var text in texts)
        {
            ct.ThrowIfCancellationRequested();
            var normal = CanonicalComposition.Normalize(Tokenizer.WellFormed(text));
            splitter.Split(normal, pieces);
            foreach (var (start, length) in pieces)
                CollectionsMarshal.GetValueRefOrAddDefault(bySpan, normal.AsSpan(start, length), out _)++;
        }
        return counts;
    }

    private sealed class Merging
    {
        private readonly List<int>[] _words;
        private readonly long[] _counts;
        private readonly int _minFrequency;
        private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
        private readonly Dictionary<(int Left, int Right), long> _pairs = [];
        private readonly Dictionary<(int Left, int Right), HashSet<int>> _holders = [];
        private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();

        public Merging(Dictionary<string, long> pieces, int minFrequency)
        {
            _minFrequency = minFrequency;
            foreach (var character in ByteLevelAlphabet.Characters) IdOf(character.ToString());
            _words = new List<int>[pieces.Count];
            _counts = new long[pieces.Count];
            var index = 0;
            foreach (var (piece, count) in pieces)
            {
                _words[index] = [.. ByteLevelAlphabet.Spell(piece).Select(c => _ids[c.ToString()])];
                _counts[index] = count;
                Count(index, +1);
                index++;
            }
            foreach (var pair in _pairs.Keys) Enqueue(pair);
        }

        public List<string> Tokens { get; } = [];

        public List<(string Left, string Right)> Merges { get; } = [];

        /// <summary>Makes the best pair a token; false where no pair is frequent enough.</summary>
        public bool MergeBest()
        {
            while (_queue.TryDequeue(out var pair, out var priority))
            {
                var count = _pairs.GetValueOrDefault(pair);
                if (count < _minFrequency) continue;
                if (count != -priority.NegativeCount)
                {
                    Enqueue(pair); // the count has changed since it was put here
                    continue;
                }
                Merge(pair);
                return true;
            }
            return false;
        }

        private void Merge((int Left, int Right) pair)
        {
            var (left, right) = (Tokens[pair.Left], Tokens[pair.Right]);
            var merged = IdOf(left + right);
            Merges.Add((left, right));
            var changed = new HashSet<(int, int)>();
            foreach (var word in _holders[pair].ToArray())
            {
                Count(word, -1);
                var symbols = _words[word];
                var kept = 0;
                for (var i = 0; i < symbols.Count; i++)
                {
                    var joins = i + 1 < symbols.Count && symbols[i] == pair.Left && symbols[i + 1] == pair.Right;
                    symbols[kept++] = joins ? merged : symbols[i];
                    if (joins) i++;
                }
                symbols.RemoveRange(kept, symbols.Count - kept);
                Count(word, +1);
                for (var i = 0; i + 1 < symbols.Count; i++)
                    if (symbols[i] == merged || symbols[i + 1] == merged) changed.Add((symbols[i], symbols[i + 1]));
            }
            foreach (var touched in changed) Enqueue(touched);
        }

        /// <summary>Adds a word's pairs to the counts, or takes them out.</summary>
        private void Count(int word, int sign)
        {
            var symbols = _words[word];
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                var pair = (symbols[i], symbols[i + 1]);
                CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out _) += sign * _counts[word];
                ref var holders = ref CollectionsMarshal.GetValueRefOrAddDefault(_holders, pair, out _);
                holders ??= [];
                if (sign > 0) holders.Add(word);
                else holders.Remove(word);
            }
        }

        private void Enqueue((int Left, int Right) pair)
        {
            var count = _pairs[pair];
            if (count >= _minFrequency) _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
        }

        private int IdOf(string token)
        {
            ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(_ids, token, out var known);
            if (known) return id;
            id = Tokens.Count;
            Tokens.Add(token);
            return id;
        }
    }
}
