namespace Sgasa.Modeling.Generation.Slots;

/// <summary>Receives a slot's logits; may be called from several threads at once, for different slots.</summary>
internal delegate void SlotLogits(int slot, ReadOnlySpan<float> logits);

/// <summary>A prompt that went through the model: its keys and values, and the logits after its last token.</summary>
/// <param name="State">Keys and values, in the form of the batch that computed them.</param>
/// <param name="Logits">One value per token of the vocabulary.</param>
internal sealed record Prefill(IDisposable State, float[] Logits);

/// <summary>A prompt to be computed.</summary>
/// <param name="PromptIds">Its token ids.</param>
/// <param name="Prefix">A prompt that begins with the same tokens, if one is kept.</param>
/// <param name="PrefixLength">How many tokens they have in common; fewer than the prompt has.</param>
internal sealed record Prompt(IReadOnlyList<int> PromptIds, Prefill? Prefix = null, int PrefixLength = 0);

/// <summary>
/// Keys and values of a number of slots, and the step that adds one token to each. What a slot yields depends on that slot
/// alone, to the last bit.
/// </summary>
internal interface ISlotBatch : IDisposable
{
    /// <summary>Number of slots.</summary>
    int Slots { get; }

    /// <summary>How many prompts are worth computing at once.</summary>
    int PromptsAtOnce { get; }

    /// <summary>Computes prompts, each to the same bits as if it were alone; the caller owns the results' states.</summary>
    IReadOnlyList<Prefill> Compute(IReadOnlyList<Prompt> prompts);

    /// <summary>Puts a prompt into a slot.</summary>
    /// <param name="slot">An empty slot.</param>
    /// <param name="prefill">The prompt; it is copied.</param>
    /// <param name="capacity">Tokens that the slot must be able to hold.</param>
    void Fill(int slot, Prefill prefill, int capacity);

    /// <summary>Empties a slot.</summary>
    void Free(int slot);

    /// <summary>Adds a token to every slot in use.</summary>
    /// <param name="tokens">One token per slot; whatever where the slot is empty.</param>
    /// <param name="receive">Gets the logits of the next token for every slot in use.</param>
    void Decode(ReadOnlySpan<int> tokens, SlotLogits receive);
}
