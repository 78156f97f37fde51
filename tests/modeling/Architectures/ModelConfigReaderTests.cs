using System.Text;
using System.Text.Json.Nodes;
using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Tests.Architectures;

public sealed class ModelConfigReaderTests
{
    [Fact]
    public void Read_LlamaWithScaledRotation_ReadsEveryField()
    {
        var config = ModelConfigReader.Read(Parity.PathOf("llama3-rope", "model"));

        (config with { EosTokenIds = [] }).ShouldBe(new ModelConfig
        {
            ModelType = "llama",
            VocabSize = 1117,
            HiddenSize = 64,
            IntermediateSize = 176,
            NumHiddenLayers = 3,
            NumAttentionHeads = 4,
            NumKeyValueHeads = 1,
            HeadDim = 16,
            RmsNormEps = 1e-5,
            RopeTheta = 500000,
            RopeScaling = new Llama3Scaling(8, 1, 4, 128),
            MaxPositionEmbeddings = 1024,
            BosTokenId = 1108,
            PadTokenId = 1110,
            EosTokenIds = [],
        });
        config.EosTokenIds.ShouldBe([1114]);
    }

    [Fact]
    public void Read_SeveralEndTokensInGenerationConfig_TakesThem()
    {
        var generation = Section("generation_config.json", """{"eos_token_id":[3,5]}""");

        var config = ModelConfigReader.Read(Config("eos_token_id", "2"), generation);

        config.EosTokenIds.ShouldBe([3, 5]);
    }

    [Theory]
    [InlineData("model_type", "\"gpt2\"", "'gpt2' is not supported. Supported are llama,")]
    [InlineData("model_type", null, "model_type: is missing")]
    [InlineData("hidden_size", "\"64\"", "hidden_size: is a string where a whole number is wanted")]
    [InlineData("hidden_size", "0", "is 0, but must be positive")]
    [InlineData("hidden_size", "65", "65 is not divisible by num_attention_heads, 4")]
    [InlineData("num_hidden_layers", "99999999999", "where a whole number is wanted")]
    [InlineData("num_key_value_heads", "3", "4 is not divisible by num_key_value_heads, 3")]
    [InlineData("head_dim", "15", "15 is odd")]
    [InlineData("vocab_size", "-5", "must be positive")]
    [InlineData("hidden_act", "\"gelu\"", "'gelu' is not supported")]
    [InlineData("use_sliding_window", "true", "use_sliding_window: true is not supported")]
    [InlineData("quantization_config", "{}", "quantized weights are not supported. Use the unquantized model.")]
    [InlineData("rope_parameters", "{\"rope_type\":\"longrope\"}", "'longrope' is not supported. Supported are default, dynamic, linear, llama3, yarn.")]
    [InlineData("rope_parameters", "{\"rope_type\":\"yarn\",\"factor\":2,\"mscale\":1}", "rope_parameters, mscale: is not supported")]
    [InlineData("rope_parameters", "{\"rope_type\":\"yarn\",\"factor\":2,\"truncate\":false}", "truncate: false is not supported")]
    [InlineData("rope_parameters", "{\"rope_type\":\"linear\",\"factor\":0}", "rope_parameters, factor: is 0, but must be positive")]
    [InlineData("rope_parameters", "{\"rope_type\":\"default\",\"partial_rotary_factor\":0.5}", "partial_rotary_factor: 0.5 is not supported")]
    [InlineData("layer_types", "[\"full_attention\",\"sliding_attention\"]", "layer_types: 'sliding_attention' is not supported")]
    [InlineData("rope_parameters", "{\"rope_type\":\"llama3\"}", "rope_parameters, factor: is missing")]
    [InlineData("rope_parameters", "{\"rope_theta\":1}", "rope_type: is missing")]
    [InlineData("eos_token_id", "896", "896 is not a token: the vocabulary has 896")]
    [InlineData("eos_token_id", "[1,\"x\"]", "eos_token_id: is a string")]
    public void Read_UnsupportedOrWrongField_NamesIt(string field, string? json, string message)
    {
        var error = Should.Throw<ModelFormatException>(() => ModelConfigReader.Read(Config(field, json)));

        error.Message.ShouldStartWith("config.json");
        error.Message.ShouldContain(message);
    }

    private static JsonSection Config(string field, string? json)
    {
        var root = JsonNode.Parse(File.ReadAllText(Parity.PathOf("qwen2-r1", "model", "config.json")))!.AsObject();
        root[field] = json is null ? null : JsonNode.Parse(json);
        return Section("config.json", root.ToJsonString());
    }

    private static JsonSection Section(string where, string json) => JsonSection.Parse(where, Encoding.UTF8.GetBytes(json));
}
