using System.Runtime.CompilerServices;
using Sgasa.Modeling.Tokenization;
using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>
/// Text from one prompt at a time. Whoever samples many at once, or again and again, keeps a <see cref="GenerationEngine"/>.
/// </summary>
public static class TextGeneration
{
    private static readonly GenerationOptions OneSlot = new() { Slots = 1, PrefillCacheSize = 1 };

    /// <summary>Samples a response.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompt">The prompt as the model is to see it, template included; nothing is put before it.</param>
    /// <param name="sampling">How tokens are chosen; null draws from the model's own distribution.</param>
    /// <param name="seed">The same seed gives the same response.</param>
    /// <param name="adapter">The adapter to apply.</param>
    /// <param name="cancellationToken">Ends the sampling between two tokens.</param>
    /// <returns>The response without special tokens.</returns>
    /// <exception cref="PromptTooLongException">The prompt leaves no room for a response.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static string Generate(
        this CausalLM model, Tokenizer tokenizer, string prompt, SamplingConfig? sampling = null, ulong seed = 0,
        LoraAdapter? adapter = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return model.Generate(tokenizer, tokenizer.Encode(prompt), sampling, seed, adapter, cancellationToken);
    }

    /// <summary>Samples a response to a prompt that is encoded already, as <see cref="Chat.ChatTemplate.Encode"/> does.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="promptIds">The prompt's tokens.</param>
    /// <param name="sampling">How tokens are chosen; null draws from the model's own distribution.</param>
    /// <param name="seed">The same seed gives the same response.</param>
    /// <param name="adapter">The adapter to apply.</param>
    /// <param name="cancellationToken">Ends the sampling between two tokens.</param>
    /// <inheritdoc cref="Generate(CausalLM, Tokenizer, string, SamplingConfig?, ulong, LoraAdapter?, CancellationToken)"
    /// path="/returns|/exception"/>
    public static string Generate(
        this CausalLM model, Tokenizer tokenizer, IReadOnlyList<int> promptIds, SamplingConfig? sampling = null, ulong seed = 0,
        LoraAdapter? adapter = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        using var scope = torch.NewDisposeScope();
        using var engine = new GenerationEngine(model, OneSlot);
        var result = engine.Generate(Request(promptIds, sampling, seed, adapter), cancellationToken);
        return tokenizer.Decode(result.TokenIds, skipSpecialTokens: true);
    }

    /// <summary>
    /// Samples a response and gives it piece by piece, never half a character; all pieces together are what
    /// <c>Generate</c> returns. The model works on a thread of the pool and must not be used elsewhere meanwhile; it rests
    /// while a piece is being looked at, and leaving the loop ends the sampling.
    /// </summary>
    /// <inheritdoc cref="Generate(CausalLM, Tokenizer, string, SamplingConfig?, ulong, LoraAdapter?, CancellationToken)"
    /// path="/param|/exception"/>
    public static IAsyncEnumerable<string> GenerateAsync(
        this CausalLM model, Tokenizer tokenizer, string prompt, SamplingConfig? sampling = null, ulong seed = 0,
        LoraAdapter? adapter = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return model.GenerateAsync(tokenizer, tokenizer.Encode(prompt), sampling, seed, adapter, cancellationToken);
    }

    /// <summary>Samples a response piece by piece to a prompt that is encoded already.</summary>
    /// <inheritdoc cref="Generate(CausalLM, Tokenizer, IReadOnlyList{int}, SamplingConfig?, ulong, LoraAdapter?, CancellationToken)"
    /// path="/param|/exception"/>
    public static async IAsyncEnumerable<string> GenerateAsync(
        this CausalLM model, Tokenizer tokenizer, IReadOnlyList<int> promptIds, SamplingConfig? sampling = null, ulong seed = 0,
        LoraAdapter? adapter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        using var engine = new GenerationEngine(model, OneSlot);
        var decoder = new IncrementalDecoder(tokenizer);
        var text = "";
        var handle = engine.Submit(
            Request(promptIds, sampling, seed, adapter), token => text += decoder.Append(token));
        while (!handle.Completion.IsCompleted)
        {
            await Task.Run(() => Step(engine), cancellationToken);
            if (text.Length == 0) continue;
            yield return text;
            text = "";
        }
        await handle.Completion;
        if (decoder.Finish() is { Length: > 0 } rest) yield return rest;
    }

    private static void Step(GenerationEngine engine)
    {
        using var scope = torch.NewDisposeScope(); // scopes belong to a thread, and the next step may have another
        engine.Step();
    }

    private static GenerationRequest Request(
        IReadOnlyList<int> promptIds, SamplingConfig? sampling, ulong seed, LoraAdapter? adapter) => new()
        {
            PromptIds = promptIds,
            Adapter = adapter,
            Sampling = sampling ?? new SamplingConfig(),
            Seed = seed,
        };
}
