namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// A quota that is filled in waves of numbered batches. The next wave is planned only when the whole wave is answered,
/// so which batches are ever asked for does not depend on the order of the answers.
/// </summary>
public sealed record WaveState
{
    /// <summary>Items wanted.</summary>
    public required int Quota { get; init; }

    /// <summary>Units (texts, or prompts) that may be asked for, at most.</summary>
    public required int Budget { get; init; }

    /// <summary>Units in one batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Units asked for so far.</summary>
    public int Asked { get; init; }

    /// <summary>Batches asked for so far, also the number of the next one.</summary>
    public int Batches { get; init; }

    /// <summary>The batches of the current wave, in order; empty when no answer is awaited.</summary>
    public IReadOnlyList<WaveBatch> Wave { get; init; } = [];

    /// <summary>The items of all finished waves, in the order of the work, at most <see cref="Quota"/>.</summary>
    public IReadOnlyList<WaveItem> Kept { get; init; } = [];

    /// <summary>Tokens generated for the answers so far.</summary>
    public long Tokens { get; init; }
}

/// <summary>One batch of a wave.</summary>
public sealed record WaveBatch
{
    /// <summary>The batch's number among all batches, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>Units asked for by earlier batches.</summary>
    public required int Start { get; init; }

    /// <summary>Units this batch asks for.</summary>
    public required int Count { get; init; }

    /// <summary>What came back, in order; null while it is awaited.</summary>
    public IReadOnlyList<WaveItem>? Items { get; init; }
}

/// <summary>Something that counts towards a quota.</summary>
public sealed record WaveItem
{
    /// <summary>The artifact's id.</summary>
    public required string Id { get; init; }

    /// <summary>Base64 of its MinHash signature; empty where near-duplicates are not looked for.</summary>
    public string Signature { get; init; } = "";
}
