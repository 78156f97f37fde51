using Sgasa.Modeling;
using Sgasa.Parity.Tests.Support;
using TorchSharp;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>The most probable continuation, by the model itself.</summary>
internal static class GreedyChecks
{
    /// <summary>
    /// One pass over prompt and response: by causality, each step's logits in it are those of a pass without a cache.
    /// </summary>
    public static void FullForward(GoldenModel golden)
    {
        using var noGrad = torch.no_grad();
        using var adapter = golden.Adapter();
        foreach (var (prompt, key, margins, lora, what) in Runs(golden, adapter))
        {
            var response = prompt[key].Ints();
            var steps = StepLogits(golden.Model, lora, prompt["ids"].Ints(), response);

            ArgMax(steps).ShouldBe(response, what);
            // A margin is a difference of two logits.
            var tolerance = golden.Tolerances[lora is null ? "base.logits" : "lora.logits"];
            var best = steps.topk(2, -1).values;
            (tolerance with { Bound = 2 * tolerance.Bound }).Hold(best[.., 0] - best[.., 1], prompt[margins].Floats(), what);
        }
    }

    public static void Cached(GoldenModel golden)
    {
        using var noGrad = torch.no_grad();
        using var adapter = golden.Adapter();
        foreach (var (prompt, key, _, lora, what) in Runs(golden, adapter))
        {
            var (ids, response) = (prompt["ids"].Ints(), prompt[key].Ints());
            using var cache = new KvCache(golden.Config, 1, ids.Length + response.Length, Fixtures.Device);

            // The prompt in two pieces, then one token after the other.
            var head = ids.Length / 2;
            if (head > 0) golden.Model.Forward(GoldenModel.Batch(ids[..head]), cache: cache, adapter: lora);
            List<torch.Tensor> steps = [golden.Model.Forward(GoldenModel.Batch(ids[head..]), cache: cache, adapter: lora)[0, -1]];
            while (steps.Count < response.Length)
            {
                var token = steps[^1].argmax().item<long>();
                steps.Add(golden.Model.Forward(GoldenModel.Batch((int)token), cache: cache, adapter: lora)[0, -1]);
            }

            var cached = torch.stack(steps, 0);
            ArgMax(cached).ShouldBe(response, what);
            golden.Tolerances[lora is null ? "base.logits" : "lora.logits"].Hold(
                cached, Tolerance.Floats(StepLogits(golden.Model, lora, ids, response)), what);
        }
    }

    public static void LeftPadded(GoldenModel golden)
    {
        using var noGrad = torch.no_grad();
        using var adapter = golden.Adapter();
        foreach (var (key, lora) in new[] { ("greedy_ids", null), ("lora_greedy_ids", adapter) })
        {
            var expected = golden.Expected["left_padded"][key].Rows();
            var (rows, mask) = LogitChecks.PaddedRows(golden);
            var (width, steps) = (rows[0].Length, expected[0].Length);
            using var cache = new KvCache(golden.Config, rows.Length, width + steps, Fixtures.Device);

            var logits = golden.Model.Forward(
                GoldenModel.Batch(rows), GoldenModel.Batch(LogitChecks.Positions(mask)), GoldenModel.Batch(mask), cache, lora);
            List<int[]> made = [ArgMax(logits[.., -1])];
            while (made.Count < steps)
            {
                mask = [.. mask.Select(row => row.Append(1).ToArray())];
                int[][] positions = [.. LogitChecks.Positions(mask).Select(row => row[^1..])];
                int[][] next = [.. made[^1].Select(token => new[] { token })];
                logits = golden.Model.Forward(
                    GoldenModel.Batch(next), GoldenModel.Batch(positions), GoldenModel.Batch(mask), cache, lora);
                made.Add(ArgMax(logits[.., -1]));
            }

            for (var row = 0; row < rows.Length; row++)
            {
                made.Select(step => step[row]).ShouldBe(expected[row], $"{key}, row {row}");
                golden.Prompts[row][key].Ints().ShouldBe(expected[row], $"{key}, row {row}");
            }
        }
    }

    private static IEnumerable<(GoldenNode Prompt, string Key, string Margins, LoraAdapter? Adapter, string What)> Runs(
        GoldenModel golden, LoraAdapter adapter)
    {
        foreach (var (i, prompt) in golden.Prompts.Index())
        {
            yield return (prompt, "greedy_ids", "greedy_margins", null, $"prompt {i}");
            yield return (prompt, "lora_greedy_ids", "lora_greedy_margins", adapter, $"prompt {i} with the adapter");
        }
    }

    /// <summary>The logits that each token of a response was chosen from, <c>[N, V]</c>.</summary>
    private static torch.Tensor StepLogits(CausalLM model, LoraAdapter? adapter, int[] prompt, int[] response) =>
        model.Forward(GoldenModel.Batch([.. prompt, .. response[..^1]]), adapter: adapter)[0]
            .narrow(0, prompt.Length - 1, response.Length);

    private static int[] ArgMax(torch.Tensor logits) =>
        [.. logits.argmax(-1).cpu().data<long>().ToArray().Select(id => (int)id)];
}
