using Sgasa.Modeling.Training;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Support;

/// <summary>Small models and inputs for tests.</summary>
internal static class Some
{
    public static ModelConfig Config { get; } = new()
    {
        ModelType = "qwen2",
        VocabSize = 96,
        HiddenSize = 48,
        IntermediateSize = 80,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        NumKeyValueHeads = 2,
        HeadDim = 16,
        TieWordEmbeddings = true,
        AttentionBias = true,
        EosTokenIds = [1],
        PadTokenId = 0,
    };

    /// <summary>A model whose logits vary enough to tell tokens apart.</summary>
    public static CausalLM Model(ulong seed = 1, torch.ScalarType? dtype = null) =>
        CausalLM.Create(Config, seed, std: 0.2, dtype: dtype);

    /// <summary>An adapter that changes the model, unlike a fresh one.</summary>
    public static LoraAdapter Adapter(ulong seed = 2, int rank = 4, ModelConfig? config = null)
    {
        var adapter = LoraAdapter.Create(config ?? Config, new LoraConfig { R = rank, LoraAlpha = 2 * rank }, seed);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(seed + 1000, torch.CPU);
        foreach (var (name, weight) in adapter.NamedParameters)
        {
            if (name.EndsWith("lora_B.weight", StringComparison.Ordinal)) weight.copy_(torch.randn(weight.shape, generator: random) * 0.1);
        }
        return adapter;
    }

    /// <summary>Token ids that are no end token, the same for the same seed.</summary>
    public static int[] Ids(int count, int seed = 3)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(2, Config.VocabSize))];
    }

    /// <summary>Rows of token ids as a tensor.</summary>
    public static torch.Tensor Batch(params int[][] rows) =>
        torch.stack([.. rows.Select(row => torch.tensor(row.Select(id => (long)id).ToArray()))], 0);

    /// <summary>Examples of various lengths.</summary>
    public static SftExample[] SftExamples(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new SftExample(Ids(3 + i * 5 % 11, seed: i), Ids(2 + i * 7 % 13, seed: 100 + i)))];

    /// <summary>Pairs of various lengths.</summary>
    public static PreferenceExample[] Pairs(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new PreferenceExample(
            Ids(3 + i * 5 % 11, seed: i), Ids(2 + i * 7 % 13, seed: 100 + i), Ids(3 + i * 3 % 7, seed: 200 + i))),
    ];
}
