using Sgasa.Modeling;
using Sgasa.Parity.Tests.Support;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>Responses as they are sampled in production, by each way that the engine has of computing them.</summary>
internal static class EngineChecks
{
    public static void OneAtATime(GoldenModel golden) => ByEachWay(golden, (engine, runs) =>
        [.. runs.Select(run => engine.Generate(run, TestContext.Current.CancellationToken))]);

    public static void AllAtOnce(GoldenModel golden) => ByEachWay(golden, (engine, runs) =>
        engine.Generate(runs, TestContext.Current.CancellationToken));

    public static void StopTokens(GoldenModel golden)
    {
        var stop = golden.Expected["left_padded"]["stop"];
        var ends = stop["eos_token_ids"].Ints();
        var expected = stop["ids"].Rows();
        var limit = golden.Expected["left_padded"]["greedy_ids"].Rows()[0].Length;
        using var engine = new GenerationEngine(golden.Model);

        var results = engine.Generate(
            [.. golden.Prompts.Select(prompt => Greedy(prompt, null, limit) with { StopTokenIds = ends })],
            TestContext.Current.CancellationToken);

        // The reference fills each row with the pad token until the last one stops.
        var pad = golden.Expected["pad_token_id"].Int();
        var longest = results.Max(result => result.TokenIds.Count);
        int[] Filled(IReadOnlyList<int> ids) => [.. ids, .. Enumerable.Repeat(pad, longest - ids.Count)];
        results.Select(result => Filled(result.TokenIds)).ShouldBe(expected);
        foreach (var result in results)
            result.FinishReason.ShouldBe(ends.Contains(result.TokenIds[^1]) ? FinishReason.Stop : FinishReason.Length);
    }

    private static void ByEachWay(
        GoldenModel golden, Func<GenerationEngine, IReadOnlyList<GenerationRequest>, IReadOnlyList<GenerationResult>> generate)
    {
        using var adapter = golden.Adapter();
        foreach (var uniform in new[] { false, true })
            foreach (var copyUpTo in new[] { long.MaxValue, 0 })
            {
                using var engine = new GenerationEngine(golden.Model, new GenerationOptions
                {
                    UniformSlots = uniform,
                    CopyUpToParameters = copyUpTo, // 0 applies the adapter beside the weights
                });

                var results = generate(engine, [.. golden.Prompts.SelectMany(prompt => new[]
                {
                    Greedy(prompt, null, prompt["greedy_ids"].Ints().Length),
                    Greedy(prompt, adapter, prompt["lora_greedy_ids"].Ints().Length),
                })]);

                foreach (var (i, prompt) in golden.Prompts.Index())
                {
                    var what = $"prompt {i}, uniform slots {uniform}, copy up to {copyUpTo}";
                    results[2 * i].TokenIds.ShouldBe(prompt["greedy_ids"].Ints(), what);
                    results[2 * i + 1].TokenIds.ShouldBe(prompt["lora_greedy_ids"].Ints(), what);
                }
            }
    }

    private static GenerationRequest Greedy(GoldenNode prompt, LoraAdapter? adapter, int tokens) => new()
    {
        PromptIds = prompt["ids"].Ints(),
        Adapter = adapter,
        Sampling = new SamplingConfig { Temperature = 0, MaxNewTokens = tokens },
        StopTokenIds = [],
    };
}
