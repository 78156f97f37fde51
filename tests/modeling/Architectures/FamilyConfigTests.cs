using System.Text;
using System.Text.Json.Nodes;
using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.IO;
using Sgasa.Modeling.Tests.Support;

namespace Sgasa.Modeling.Tests.Architectures;

/// <summary>What families read from their own keys, and refuse.</summary>
public sealed class FamilyConfigTests
{
    [Theory]
    [InlineData("{}", 4096)] // transformers' own default
    [InlineData("""{"sliding_window": null}""", null)]
    [InlineData("""{"sliding_window": 7}""", 7)]
    public void Read_MistralsWindow_IsThatOfTheReference(string keys, int? window)
    {
        Read("mistral", keys).SlidingWindow.ShouldBe(window);
    }

    [Theory]
    [InlineData("""{"no_rope_layers": [1, 0, 1, 1]}""", "1011")]
    [InlineData("""{"no_rope_layer_interval": 2}""", "1010")]
    [InlineData("{}", "1110")]
    public void Read_SmolLM3sLayers_OneIsALayerThatRotates(string keys, string rotates)
    {
        var config = Read("smollm3", keys);

        string.Concat(Enumerable.Range(0, 4).Select(layer => config.Rotates(layer) ? '1' : '0')).ShouldBe(rotates);
        config.TieWordEmbeddings.ShouldBeTrue("it is so where the file does not say");
    }

    [Theory]
    [InlineData("""{"partial_rotary_factor": 0.5}""")]
    [InlineData("""{"rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5}}""")]
    public void Read_Phi3sPartialRotation_InEitherSpelling(string keys)
    {
        Read("phi3", keys).RotaryDim.ShouldBe(8);
    }

    [Fact]
    public void Read_LongRopeInEitherSpelling_IsTheSame()
    {
        const string divisors = """
            "short_factor": [1,1,1,1,1,1,1,1], "long_factor": [1,2,3,4,5,6,7,8]
            """;
        var release5 = Read("phi3", $$$"""
            {"max_position_embeddings": 512,
             "rope_parameters": {"rope_type": "longrope", "original_max_position_embeddings": 128, {{{divisors}}}}}
            """);
        var release4 = Read("phi3", $$$"""
            {"max_position_embeddings": 512, "original_max_position_embeddings": 128,
             "rope_scaling": {"type": "longrope", {{{divisors}}}}}
            """);

        release4.ShouldBe(release5 with { EosTokenIds = release4.EosTokenIds });
        release5.RopeScaling.ShouldBe(new LongRopeScaling(4, 128, [1, 1, 1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8]));
    }

    [Theory]
    [InlineData("mistral", """{"sliding_window": 0}""", "sliding_window: is 0, but must be positive")]
    [InlineData("smollm3", """{"no_rope_layers": [1, 0]}""", "no_rope_layers: has 2 entries, but there are 4 layers")]
    [InlineData("smollm3", """{"no_rope_layers": [1, 0, 2, 1]}""", "no_rope_layers: 2 is neither 0 nor 1")]
    [InlineData("smollm3", """{"use_sliding_window": true}""", "use_sliding_window: true is not supported")]
    [InlineData("phi3", """{"partial_rotary_factor": 1.5}""", "partial_rotary_factor: is 1.5, but must be at most 1")]
    [InlineData("phi3", """{"partial_rotary_factor": 0.55, "head_dim": 20}""", "head_dim: 11 is odd, and rotation needs pairs")]
    [InlineData("phi3", """{"rope_scaling": {"type": "yarn", "factor": 4}}""", "'yarn' is not supported. Supported are default, longrope.")]
    [InlineData(
        "phi3", """{"rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [1]}, "original_max_position_embeddings": 9}""",
        "short_factor: has 1 numbers, but rotation has 8 pairs")]
    [InlineData("llama", """{"partial_rotary_factor": 0.5}""", "partial_rotary_factor: 0.5 is not supported")]
    public void Read_WhatTheFamilyCannot_IsRefusedByNameAndValue(string family, string keys, string message)
    {
        Should.Throw<ModelFormatException>(() => Read(family, keys)).Message.ShouldContain(message);
    }

    [Fact]
    public void Create_UnknownFamily_NamesTheSupportedOnes()
    {
        var error = Should.Throw<NotSupportedException>(() => CausalLM.Create(Some.Config with { ModelType = "gpt2" }, seed: 1));

        error.Message.ShouldContain("'gpt2' are not supported");
        foreach (var family in ModelFamilies.Names) error.Message.ShouldContain(family);
    }

    private static ModelConfig Read(string family, string keys)
    {
        var root = JsonNode.Parse("""
            {"vocab_size": 96, "hidden_size": 64, "intermediate_size": 80, "num_hidden_layers": 4, "num_attention_heads": 4}
            """)!.AsObject();
        root["model_type"] = family;
        foreach (var (key, value) in JsonNode.Parse(keys)!.AsObject()) root[key] = value?.DeepClone();
        return ModelConfigReader.Read(JsonSection.Parse("config.json", Encoding.UTF8.GetBytes(root.ToJsonString())));
    }
}
