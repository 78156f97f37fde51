namespace Sgasa.TinyModel;

/// <summary>A pre-training text as token ids; the first <paramref name="PromptLength"/> are the prompt.</summary>
internal sealed record TokenizedText(int[] Ids, int PromptLength);

/// <summary>Cuts a stream of texts into batches of similar length, so that little is padding.</summary>
internal sealed class TokenBatches(Func<long, TokenizedText> text, int batchTokens, long seed)
{
    private const int Window = 4_096;

    private readonly Queue<TokenizedText[]> _ready = new();
    private long _window;

    /// <summary>The next batch; the stream depends on the seed alone.</summary>
    public TokenizedText[] Next()
    {
        if (_ready.Count == 0) Refill();
        return _ready.Dequeue();
    }

    /// <summary>Passes over the first batches, as a resumed run needs.</summary>
    public void Skip(int batches)
    {
        for (var i = 0; i < batches; i++) Next();
    }

    private void Refill()
    {
        var first = _window++ * Window;
        var texts = new TokenizedText[Window];
        Parallel.For(0, Window, i => texts[i] = text(first + i));
        Array.Sort(texts, (a, b) => a.Ids.Length.CompareTo(b.Ids.Length));

        var batches = new List<TokenizedText[]>();
        for (var start = 0; start < Window;)
        {
            var count = 1;
            while (start + count < Window && texts[start + count].Ids.Length * (count + 1) <= batchTokens) count++;
            batches.Add(texts[start..(start + count)]);
            start += count;
        }
        var random = new TinyWorld.WorldRandom(seed + _window);
        foreach (var batch in random.Shuffle(batches)) _ready.Enqueue(batch);
    }
}
