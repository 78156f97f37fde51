using Sgasa.Contracts;

namespace Sgasa.AttackLogs;

/// <summary>
/// Draws the part of a log that a round works with. A log of up to <see cref="LogSample.PerLabel"/> prompts of a label is
/// taken whole; of a larger one those whose texts have the smallest hashes. That is a sample as good as drawn by lot, and
/// the same one whatever the order of the log, the number of files it is spread over, and the machine: the sample of
/// samples is the sample of the whole.
/// </summary>
/// <typeparam name="T">What is kept of a prompt.</typeparam>
public sealed class LogSampler<T>
{
    private readonly SmallestHashes _harmful = new();
    private readonly SmallestHashes _benign = new();
    private int _seen;

    /// <summary>Offers the log's next prompt.</summary>
    /// <param name="label">Its label.</param>
    /// <param name="text">Its text, which decides.</param>
    /// <param name="item">What to keep of it.</param>
    public void Add(Label label, string text, T item) =>
        (label == Label.Harmful ? _harmful : _benign).Add(TextHash.Of(text), _seen++, item);

    /// <summary>What was kept, in the order in which it was offered.</summary>
    public IReadOnlyList<T> Kept() => [.. _harmful.Items.Concat(_benign.Items).OrderBy(i => i.Place).Select(i => i.Item)];

    /// <summary>The smallest hashes seen so far; the largest of them is the first to go.</summary>
    private sealed class SmallestHashes
    {
        private readonly PriorityQueue<(int Place, T Item), UInt128> _kept =
            new(Comparer<UInt128>.Create(static (a, b) => b.CompareTo(a)));

        public IEnumerable<(int Place, T Item)> Items => _kept.UnorderedItems.Select(i => i.Element);

        public void Add(UInt128 hash, int place, T item)
        {
            if (_kept.Count < LogSample.PerLabel) _kept.Enqueue((place, item), hash);
            else _kept.EnqueueDequeue((place, item), hash);
        }
    }
}
