using Sgasa.Modeling.Generation;
using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Tests.Support;

namespace Sgasa.Modeling.Tests.Generation;

/// <summary>Greedy responses against the golden ones, by every way of computing them.</summary>
public sealed class GenerationParityTests
{
    public static MatrixTheoryData<string, bool, bool> Ways => new(Parity.Models, [false, true], [false, true]);

    [Theory, MemberData(nameof(Ways))]
    public void Generate_Greedy_MatchesReferenceIds(string name, bool uniformSlots, bool copy)
    {
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter();
        using var engine = new GenerationEngine(golden.Model, new GenerationOptions
        {
            Slots = 4,
            UniformSlots = uniformSlots,
            CopyUpToParameters = copy ? long.MaxValue : 0,
        });
        var prompts = golden.Expected.GetProperty("prompts").EnumerateArray().ToList();

        var results = engine.Run([.. prompts.SelectMany(prompt => new[] { Greedy(prompt, null), Greedy(prompt, adapter) })]);

        foreach (var (i, prompt) in prompts.Index())
        {
            results[2 * i].TokenIds.ShouldBe(GoldenModel.Ints(prompt.GetProperty("greedy_ids")));
            results[2 * i + 1].TokenIds.ShouldBe(GoldenModel.Ints(prompt.GetProperty("lora_greedy_ids")));
        }

        static GenerationRequest Greedy(System.Text.Json.JsonElement prompt, LoraAdapter? adapter) => new()
        {
            PromptIds = GoldenModel.Ints(prompt.GetProperty("ids")),
            Adapter = adapter,
            Sampling = new SamplingConfig { Temperature = 0, MaxNewTokens = 24 },
            StopTokenIds = [],
        };
    }

    [Theory, InlineData("qwen2-r1"), InlineData("qwen3"), InlineData("llama-deep"), InlineData("llama3-rope")]
    public void Generate_StopTokens_EndWhereTheReferenceEnds(string name)
    {
        using var golden = new GoldenModel(name);
        using var engine = new GenerationEngine(golden.Model);
        var stop = golden.Expected.GetProperty("left_padded").GetProperty("stop");
        var stopIds = GoldenModel.Ints(stop.GetProperty("eos_token_ids"));

        foreach (var (i, prompt) in golden.Expected.GetProperty("prompts").EnumerateArray().Index())
        {
            var result = engine.Run(new GenerationRequest
            {
                PromptIds = GoldenModel.Ints(prompt.GetProperty("ids")),
                Sampling = new SamplingConfig { Temperature = 0, MaxNewTokens = 24 },
                StopTokenIds = stopIds,
            });

            // The reference fills a row with padding once it has stopped.
            var row = GoldenModel.Ints(stop.GetProperty("ids")[i]);
            var end = Array.FindIndex(row, stopIds.Contains);
            result.TokenIds.ShouldBe(end < 0 ? row : row[..(end + 1)]);
            result.FinishReason.ShouldBe(end < 0 ? FinishReason.Length : FinishReason.Stop);
        }
    }
}
