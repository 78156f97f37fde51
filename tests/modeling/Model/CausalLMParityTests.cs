using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Model;
using Sgasa.Modeling.Tests.Support;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Model;

/// <summary>Logits against the golden values of the reference implementation.</summary>
public sealed class CausalLMParityTests
{
    private const double LogitTolerance = 2e-4;

    public static TheoryData<string> EachModel => Parity.EachModel;

    [Theory, MemberData(nameof(EachModel))]
    public void InverseFrequencies_EachRopeType_MatchReference(string name)
    {
        using var golden = new GoldenModel(name);

        using var frequencies = RotaryEmbedding.InverseFrequencies(golden.Config);

        var expected = golden.Tensors.Values("rope.inv_freq");
        frequencies.ToFloats().Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First / pair.Second - 1) <= 1e-6);
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Forward_Prompts_MatchReferenceLogits(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);

        for (var i = 0; i < 3; i++) CheckPrompt(golden, i, null, "base");
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Forward_WithAdapter_MatchesReferenceLogits(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter();

        for (var i = 0; i < 3; i++) CheckPrompt(golden, i, adapter, "lora");
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Forward_FreshAdapter_ChangesNothing(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter("adapter_fresh");

        for (var i = 0; i < 3; i++) CheckPrompt(golden, i, adapter, "base");
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Merge_Adapter_MatchesReferenceWeightsAndLogits(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter();

        using var merged = golden.Model.Merge(adapter);

        var last = $"model.layers.{golden.Config.NumHiddenLayers - 1}.mlp.down_proj.weight";
        foreach (var weight in new[] { "model.layers.0.self_attn.q_proj.weight", last })
        {
            merged.NamedParameters[weight].ShouldBeWithin(1e-6, golden.Tensors.Values(weight.Replace("model.", "merged.", StringComparison.Ordinal)));
        }
        for (var i = 0; i < 3; i++) CheckPrompt(golden, i, null, "merged", merged);
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Forward_LeftPaddedBatch_MatchesReferenceLogits(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter();
        var batch = golden.Expected.GetProperty("left_padded");
        torch.Tensor Rows(string key) => torch.cat([.. batch.GetProperty(key).EnumerateArray().Select(GoldenModel.Batch)], 0);

        var ids = Rows("input_ids");
        var plain = golden.Model.Forward(ids, Rows("position_ids"), Rows("attention_mask"))[.., -1];
        var adapted = golden.Model.Forward(ids, Rows("position_ids"), Rows("attention_mask"), adapter: adapter)[.., -1];

        plain.ShouldBeWithin(LogitTolerance, golden.Tensors.Values("base.logits.left_padded_last"));
        adapted.ShouldBeWithin(LogitTolerance, golden.Tensors.Values("lora.logits.left_padded_last"));
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Forward_Completions_MatchReferenceLogProbs(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter();

        foreach (var prompt in golden.Expected.GetProperty("prompts").EnumerateArray())
        {
            var completion = GoldenModel.Ints(prompt.GetProperty("completion_ids"));
            var ids = torch.cat([GoldenModel.Batch(prompt.GetProperty("ids")), GoldenModel.Batch(prompt.GetProperty("completion_ids"))], 1);
            foreach (var (key, lora) in new[] { ("completion_logps", null), ("lora_completion_logps", adapter) })
            {
                var logps = golden.Model.Forward(ids, adapter: lora).log_softmax(-1)[0, ^(completion.Length + 1)..^1];
                var chosen = completion.Select((id, i) => logps[i, id].item<float>()).ToArray();
                chosen.ShouldBeWithin(1e-4, [.. GoldenModel.Doubles(prompt.GetProperty(key)).Select(x => (float)x)], key);
            }
        }
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Forward_TokenByTokenThroughCache_MatchesWholeSequence(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter();
        var ids = GoldenModel.Batch(golden.Expected.GetProperty("prompts")[1].GetProperty("ids"));
        using var cache = new KvCache(golden.Config, 1, (int)ids.shape[1]);

        // Five tokens, then three on top of them, then the rest one by one.
        List<torch.Tensor> pieces = [golden.Model.Forward(ids[.., ..5], cache: cache, adapter: adapter)];
        pieces.Add(golden.Model.Forward(ids[.., 5..8], cache: cache, adapter: adapter));
        for (var t = 8; t < ids.shape[1]; t++)
        {
            pieces.Add(golden.Model.Forward(ids.narrow(1, t, 1), cache: cache, adapter: adapter));
        }

        torch.cat(pieces, 1).ShouldBeWithin(LogitTolerance, golden.Tensors.Values("lora.logits.1"));
    }

    private static void CheckPrompt(GoldenModel golden, int index, LoraAdapter? adapter, string kind, CausalLM? model = null)
    {
        using var noGrad = torch.no_grad();
        var prompt = golden.Expected.GetProperty("prompts")[index];
        var logits = (model ?? golden.Model).Forward(GoldenModel.Batch(prompt.GetProperty("ids")), adapter: adapter);
        var compared = index == 1 ? logits : logits[.., -1];
        compared.ShouldBeWithin(LogitTolerance, golden.Tensors.Values($"{kind}.logits.{index}"), $"{kind}, prompt {index}");
    }
}
