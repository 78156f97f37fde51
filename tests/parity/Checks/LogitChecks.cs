using Sgasa.Modeling;
using Sgasa.Parity.Tests.Support;
using TorchSharp;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>Logits and log-probabilities of given sequences.</summary>
internal static class LogitChecks
{
    public static void Base(GoldenModel golden) => HoldPrompts(golden, golden.Model, null, "base");

    public static void FreshAdapter(GoldenModel golden)
    {
        using var adapter = golden.Adapter("adapter_fresh");

        HoldPrompts(golden, golden.Model, adapter, "base"); // B is zero
    }

    public static void Lora(GoldenModel golden)
    {
        using var adapter = golden.Adapter();

        HoldPrompts(golden, golden.Model, adapter, "lora");
    }

    public static void Merged(GoldenModel golden)
    {
        const string prefix = "merged.layers.";
        using var adapter = golden.Adapter();

        using var merged = golden.Model.Merge(adapter);

        var weights = golden.Tensors.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        weights.ShouldNotBeEmpty();
        foreach (var name in weights)
        {
            var weight = merged.NamedParameters["model.layers." + name[prefix.Length..]];
            weight.shape.ShouldBe(golden.Tensors.Shape(name), name);
            golden.Tolerances["merged.weight"].Hold(weight, golden.Tensors.Values(name), name);
        }
        HoldPrompts(golden, merged, null, "merged");
    }

    public static void LeftPadded(GoldenModel golden)
    {
        using var noGrad = torch.no_grad();
        using var adapter = golden.Adapter();
        var batch = golden.Expected["left_padded"];
        var (rows, mask) = PaddedRows(golden);
        rows.ShouldBe(batch["input_ids"].Rows());
        mask.ShouldBe(batch["attention_mask"].Rows());
        Positions(mask).ShouldBe(batch["position_ids"].Rows());

        foreach (var (kind, lora) in new[] { ("base", null), ("lora", adapter) })
        {
            var logits = golden.Model.Forward(
                GoldenModel.Batch(rows), GoldenModel.Batch(Positions(mask)), GoldenModel.Batch(mask), adapter: lora);
            golden.Tolerances[kind + ".logits.left_padded"].Hold(
                logits[.., -1], golden.Tensors.Values(kind + ".logits.left_padded_last"), kind);
        }
    }

    public static void Completions(GoldenModel golden)
    {
        using var adapter = golden.Adapter();
        foreach (var (i, prompt) in golden.Prompts.Index())
        {
            var (ids, completion) = (prompt["ids"].Ints(), prompt["completion_ids"].Ints());
            foreach (var (key, lora) in new[] { ("completion_logps", null), ("lora_completion_logps", adapter) })
            {
                golden.Tolerances["completion_logps"].Hold(
                    LogProbs(golden.Model, lora, ids, completion), prompt[key].Floats(), $"{key} of prompt {i}");
            }
        }
    }

    /// <summary>What the reference lost in bfloat16: for information, with nothing to reproduce.</summary>
    public static void ReducedPrecision(GoldenModel golden)
    {
        var differences = golden.Expected["bf16_compute_max_abs_diff_last_token"].Floats();

        differences.Length.ShouldBe(golden.Prompts.Count);
        differences.ShouldAllBe(difference => difference > 0);
    }

    /// <summary>Log-probability of each completion token, given the prompt and the tokens before it.</summary>
    public static torch.Tensor LogProbs(CausalLM model, LoraAdapter? adapter, int[] prompt, int[] completion)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var logps = model.Forward(GoldenModel.Batch([.. prompt, .. completion]), adapter: adapter).log_softmax(-1);
        var predicting = logps[0].narrow(0, prompt.Length - 1, completion.Length); // the position before each token
        var labels = GoldenModel.Batch(completion).reshape(-1, 1);
        return predicting.gather(1, labels).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>All prompts, padded on the left with the pad token to the longest, and which tokens are real.</summary>
    public static (int[][] Ids, int[][] Mask) PaddedRows(GoldenModel golden)
    {
        var prompts = golden.Prompts.Select(prompt => prompt["ids"].Ints()).ToList();
        var longest = prompts.Max(ids => ids.Length);
        var pad = golden.Expected["pad_token_id"].Int();
        return (
            [.. prompts.Select(ids => Enumerable.Repeat(pad, longest - ids.Length).Concat(ids).ToArray())],
            [.. prompts.Select(ids => Enumerable.Repeat(0, longest - ids.Length).Concat(ids.Select(_ => 1)).ToArray())]);
    }

    /// <summary>Positions count real tokens; padding has the first one's.</summary>
    public static int[][] Positions(int[][] mask) =>
        [.. mask.Select(row => row.Select((_, t) => Math.Max(row[..(t + 1)].Sum() - 1, 0)).ToArray())];

    private static void HoldPrompts(GoldenModel golden, CausalLM model, LoraAdapter? adapter, string kind)
    {
        using var noGrad = torch.no_grad();
        foreach (var (i, prompt) in golden.Prompts.Index())
        {
            var key = $"{kind}.logits.{i}";
            var logits = model.Forward(GoldenModel.Batch(prompt["ids"].Ints()), adapter: adapter)[0]; // [T, V]
            var compared = golden.Tensors.Shape(key).Length == 2 ? logits : logits[-1];
            compared.shape.ShouldBe(golden.Tensors.Shape(key), key);
            golden.Tolerances[kind + ".logits"].Hold(compared, golden.Tensors.Values(key), key);
        }
    }
}
