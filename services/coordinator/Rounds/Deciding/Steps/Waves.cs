using Sgasa.Prompting;

namespace Sgasa.Coordinator.Rounds;

/// <summary>The arithmetic of <see cref="WaveState"/>: plans waves and takes their answers.</summary>
public static class Waves
{
    /// <summary>
    /// Plans the next wave when none is running, the quota is not reached and budget is left. The first wave expects
    /// every unit to yield an item; later ones scale the shortfall by the yield seen so far.
    /// </summary>
    public static WaveState Plan(WaveState waves)
    {
        ArgumentNullException.ThrowIfNull(waves);
        if (!NeedsWave(waves)) return waves;

        var units = (int)Math.Min(UnitsWanted(waves), waves.Budget - waves.Asked);
        var batches = new List<WaveBatch>();
        for (var done = 0; done < units; done += waves.BatchSize)
        {
            batches.Add(new WaveBatch
            {
                Number = waves.Batches + batches.Count,
                Start = waves.Asked + done,
                Count = Math.Min(waves.BatchSize, units - done),
            });
        }

        return waves with { Asked = waves.Asked + units, Batches = waves.Batches + batches.Count, Wave = batches };
    }

    /// <summary>Takes the answer of a batch; the same object when that batch is not awaited.</summary>
    /// <param name="waves">The quota.</param>
    /// <param name="number">The batch's number.</param>
    /// <param name="items">What came back, in order.</param>
    /// <param name="tokens">Tokens generated for it.</param>
    /// <param name="nearDuplicateThreshold">Estimated similarity from which two items count as the same.</param>
    public static WaveState Answer(
        WaveState waves, int number, IReadOnlyList<WaveItem> items, long tokens, double nearDuplicateThreshold = 1.0)
    {
        ArgumentNullException.ThrowIfNull(waves);
        ArgumentNullException.ThrowIfNull(items);
        if (!waves.Wave.Any(b => b.Number == number && b.Items is null)) return waves;

        var wave = waves.Wave.Select(b => b.Number == number ? b with { Items = items } : b).ToList();
        var answered = waves with { Wave = wave, Tokens = waves.Tokens + tokens };
        return wave.TrueForAll(b => b.Items is not null) ? Close(answered, nearDuplicateThreshold) : answered;
    }

    /// <summary>Whether the quota is reached or the budget spent, and nothing is awaited.</summary>
    public static bool IsDone(WaveState waves)
    {
        ArgumentNullException.ThrowIfNull(waves);
        return waves.Wave.Count == 0 && !NeedsWave(waves);
    }

    /// <summary>Forgets the signatures of a quota that is done for good: they are most of its size.</summary>
    public static WaveState ForgetSignatures(WaveState waves)
    {
        ArgumentNullException.ThrowIfNull(waves);
        return waves.Kept.Any(i => i.Signature.Length > 0)
            ? waves with { Kept = [.. waves.Kept.Select(i => i with { Signature = "" })] }
            : waves;
    }

    private static bool NeedsWave(WaveState waves) =>
        waves.Wave.Count == 0 && waves.Kept.Count < waves.Quota && waves.Asked < waves.Budget;

    // With nothing kept so far there is no yield to scale by: ask for as much as at first.
    private static long UnitsWanted(WaveState waves)
    {
        if (waves.Kept.Count == 0) return waves.Quota;
        long shortfall = waves.Quota - waves.Kept.Count;
        return (shortfall * waves.Asked + waves.Kept.Count - 1) / waves.Kept.Count;
    }

    private static WaveState Close(WaveState waves, double nearDuplicateThreshold)
    {
        var kept = waves.Kept.ToList();
        var filter = new NearDuplicateFilter(nearDuplicateThreshold);
        foreach (var signature in kept.Select(i => MinHashSignature.TryFromBase64(i.Signature)).OfType<byte[]>()) filter.Add(signature);
        foreach (var item in waves.Wave.SelectMany(b => b.Items ?? []))
        {
            if (kept.Count == waves.Quota) break;
            // What bears no signature is compared with nothing.
            if (MinHashSignature.TryFromBase64(item.Signature) is not { } own || filter.TryAdd(own)) kept.Add(item);
        }

        return waves with { Wave = [], Kept = kept };
    }
}
