using System.Text;

namespace Sgasa.Modeling.Tokenization;

/// <summary>
/// Merges pieces of any length in time that hardly grows faster than they do, where merging the usual way grows with their
/// square: prompts come from anywhere, and a megabyte without a break must not occupy a core for minutes.
/// </summary>
internal sealed class LongPieceMerger
{
    private readonly int[] _idOfByte = new int[256];
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges = [];

    private LongPieceMerger()
    {
    }

    /// <summary>Makes a merger; null where the vocabulary lacks a byte.</summary>
    public static LongPieceMerger? Make(TokenizerFile file)
    {
        var merger = new LongPieceMerger();
        for (var value = 0; value < 256; value++)
            if (!file.Vocabulary.TryGetValue(ByteLevelAlphabet.CharacterOf((byte)value).ToString(), out merger._idOfByte[value]))
                return null;
        foreach (var (rank, merge) in file.Merges.Index())
        {
            var space = merge.IndexOf(' ', StringComparison.Ordinal);
            var (left, right) = (merge[..space], merge[(space + 1)..]);
            merger._merges[(file.Vocabulary[left], file.Vocabulary[right])] = (rank, file.Vocabulary[left + right]);
        }
        return merger;
    }

    /// <summary>Adds a piece's ids.</summary>
    public void Merge(ReadOnlySpan<char> piece, List<int> output)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(piece)];
        Encoding.UTF8.GetBytes(piece, bytes);
        // The symbols are a list linked by place; a symbol that was merged into its left neighbour has the id -1.
        var ids = Array.ConvertAll(bytes, value => _idOfByte[value]);
        var (next, previous) = (new int[ids.Length], new int[ids.Length]);
        // The lowest rank first, and of equals the leftmost.
        var pairs = new PriorityQueue<int, (int Rank, int Place)>(ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            (next[i], previous[i]) = (i + 1, i - 1);
            Offer(i, i + 1);
        }

        while (pairs.TryDequeue(out var left, out var priority))
        {
            var right = next[left];
            // Merges elsewhere may have changed the pair since it was offered.
            if (ids[left] < 0 || right >= ids.Length
                || !_merges.TryGetValue((ids[left], ids[right]), out var merge) || merge.Rank != priority.Rank) continue;
            (ids[left], ids[right]) = (merge.Merged, -1);
            next[left] = next[right];
            if (next[left] < ids.Length) previous[next[left]] = left;
            Offer(left, next[left]);
            if (previous[left] >= 0) Offer(previous[left], left);
        }
        for (var i = 0; i < ids.Length; i = next[i]) output.Add(ids[i]);

        void Offer(int left, int right)
        {
            if (right < ids.Length && _merges.TryGetValue((ids[left], ids[right]), out var merge))
                pairs.Enqueue(left, (merge.Rank, left));
        }
    }
}
