using Sgasa.Parity.Tests.Checks;

namespace Sgasa.Parity.Tests.Support;

/// <summary>Everything that is held against the golden values, by name.</summary>
internal static class ParityChecks
{
    public static IReadOnlyDictionary<string, Action<GoldenModel>> All { get; } = new Dictionary<string, Action<GoldenModel>>
    {
        ["description"] = FolderChecks.Description,
        ["both configurations"] = FolderChecks.BothConfigurations,
        ["rotation frequencies"] = FolderChecks.RotationFrequencies,
        ["tokenizer encode"] = TokenizerChecks.Encode,
        ["tokenizer decode"] = TokenizerChecks.Decode,
        ["tokenizer incremental"] = TokenizerChecks.Incremental,
        ["tokenizer begin token"] = TokenizerChecks.BeginToken,
        ["chat"] = ChatChecks.Conversations,
        ["prompts"] = ChatChecks.Prompts,
        ["base logits"] = LogitChecks.Base,
        ["fresh adapter"] = LogitChecks.FreshAdapter,
        ["lora logits"] = LogitChecks.Lora,
        ["merged weights and logits"] = LogitChecks.Merged,
        ["left-padded logits"] = LogitChecks.LeftPadded,
        ["completion log-probabilities"] = LogitChecks.Completions,
        ["noise of bfloat16"] = LogitChecks.ReducedPrecision,
        ["greedy by full forward"] = GreedyChecks.FullForward,
        ["greedy through the cache"] = GreedyChecks.Cached,
        ["greedy left-padded"] = GreedyChecks.LeftPadded,
        ["engine, one at a time"] = EngineChecks.OneAtATime,
        ["engine, all at once"] = EngineChecks.AllAtOnce,
        ["engine, stop tokens"] = EngineChecks.StopTokens,
        ["sampling"] = SamplingChecks.Distributions,
        ["adapter files"] = AdapterChecks.SaveAndLoad,
        ["sft examples"] = SftChecks.Examples,
        ["sft first step"] = SftChecks.FirstStep,
        ["sft run"] = SftChecks.Run,
        ["sft fresh first step"] = SftChecks.FreshFirstStep,
        ["sft fresh run"] = SftChecks.FreshRun,
        ["dpo examples"] = DpoChecks.Examples,
        ["dpo first step"] = DpoChecks.FirstStep,
        ["dpo run"] = DpoChecks.Run,
    };
}
