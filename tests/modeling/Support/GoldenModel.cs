using System.Text.Json;
using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Model;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Support;

/// <summary>One golden model with its adapters and expected values.</summary>
internal sealed class GoldenModel : IDisposable
{
    private readonly string _name;

    public GoldenModel(string name)
    {
        _name = name;
        Expected = Parity.Expected(name);
        Tensors = new GoldenTensors(Parity.PathOf(name, "expected.safetensors"));
        Config = ReadConfig(JsonDocument.Parse(File.ReadAllBytes(Parity.PathOf(name, "model", "config_v4.json"))).RootElement);
        Model = CausalLM.Load(Config, new GoldenTensors(Directory.GetFiles(Parity.PathOf(name, "model"), "*.safetensors").Order()));
    }

    public ModelConfig Config { get; }

    public CausalLM Model { get; }

    public JsonElement Expected { get; }

    public GoldenTensors Tensors { get; }

    /// <summary>One of the stored adapters, <c>adapter</c> or <c>adapter_fresh</c>.</summary>
    public LoraAdapter Adapter(string folder = "adapter") => LoraAdapter.Load(
        Config, new LoraConfig { Rank = 8, Alpha = 16 },
        new RenamedSource(new GoldenTensors(Parity.PathOf(_name, folder, "adapter_model.safetensors"))));

    public void Dispose() => Model.Dispose();

    /// <summary>Token ids as a batch of one.</summary>
    public static torch.Tensor Batch(JsonElement ids) => torch.tensor(Ints(ids).Select(id => (long)id).ToArray()).unsqueeze(0);

    public static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];

    public static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];

    private static ModelConfig ReadConfig(JsonElement json)
    {
        int Int(string name) => json.GetProperty(name).GetInt32();
        int? IntOrNull(string name) => json.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.Number ? v.GetInt32() : null;
        var type = json.GetProperty("model_type").GetString()!;
        var scaling = json.TryGetProperty("rope_scaling", out var s) && s.ValueKind == JsonValueKind.Object ? s : (JsonElement?)null;
        return new ModelConfig
        {
            ModelType = type,
            VocabSize = Int("vocab_size"),
            HiddenSize = Int("hidden_size"),
            IntermediateSize = Int("intermediate_size"),
            NumHiddenLayers = Int("num_hidden_layers"),
            NumAttentionHeads = Int("num_attention_heads"),
            NumKeyValueHeads = Int("num_key_value_heads"),
            HeadDim = IntOrNull("head_dim") ?? Int("hidden_size") / Int("num_attention_heads"),
            RmsNormEps = json.GetProperty("rms_norm_eps").GetDouble(),
            RopeTheta = json.GetProperty("rope_theta").GetDouble(),
            RopeScaling = scaling is { } r
                ? new RopeScaling(r.GetProperty("factor").GetDouble(), r.GetProperty("low_freq_factor").GetDouble(),
                    r.GetProperty("high_freq_factor").GetDouble(), r.GetProperty("original_max_position_embeddings").GetInt32())
                : null,
            TieWordEmbeddings = json.GetProperty("tie_word_embeddings").GetBoolean(),
            AttentionBias = type == "qwen2",
            QkNorm = type == "qwen3",
            MaxPositionEmbeddings = Int("max_position_embeddings"),
            EosTokenIds = [Int("eos_token_id")],
        };
    }

    /// <summary>PEFT's names without their prefix.</summary>
    private sealed class RenamedSource(IWeightSource inner) : IWeightSource
    {
        private const string Prefix = "base_model.model.";

        public IReadOnlyCollection<string> Names => [.. inner.Names.Select(name => name[Prefix.Length..])];

        public IReadOnlyList<long> ShapeOf(string name) => inner.ShapeOf(Prefix + name);

        public torch.Tensor Read(string name) => inner.Read(Prefix + name);
    }
}
