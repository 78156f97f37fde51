using Sgasa.Modeling;

namespace Sgasa.Bench.Memory;

/// <summary>Model shapes by name.</summary>
internal static class Shapes
{
    /// <summary>The names that can be given.</summary>
    public static IReadOnlyList<string> Names { get; } = ["small", "qwen2-1.5b"];

    /// <summary>The shape of a name.</summary>
    public static ModelConfig Of(string name) => name switch
    {
        // 70 million weights, most of them in one tensor, as in a real model with a large vocabulary.
        "small" => Qwen2 with
        {
            VocabSize = 65536,
            HiddenSize = 512,
            IntermediateSize = 1408,
            NumHiddenLayers = 2,
            NumAttentionHeads = 8,
            HeadDim = 64,
            EosTokenIds = [0],
        },
        // As DeepSeek-R1-Distill-Qwen-1.5B describes itself: 1.78 billion weights.
        "qwen2-1.5b" => Qwen2,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such shape."),
    };

    private static ModelConfig Qwen2 { get; } = new()
    {
        ModelType = "qwen2",
        VocabSize = 151936,
        HiddenSize = 1536,
        IntermediateSize = 8960,
        NumHiddenLayers = 28,
        NumAttentionHeads = 12,
        NumKeyValueHeads = 2,
        HeadDim = 128,
        AttentionBias = true,
        TieWordEmbeddings = false,
        MaxPositionEmbeddings = 131072,
        EosTokenIds = [151643],
    };
}
