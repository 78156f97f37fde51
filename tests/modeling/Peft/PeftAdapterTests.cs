using System.Text.Json.Nodes;
using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.Tests.Support;

namespace Sgasa.Modeling.Tests.Peft;

public sealed class PeftAdapterTests
{
    private const string Weights = "adapter_model.safetensors";
    private const string Config = "adapter_config.json";

    public static TheoryData<string> EachModel => Parity.EachModel;

    [Theory]
    [MemberData(nameof(EachModel))]
    public void Save_LoadedAdapter_WritesTheReferenceFiles(string name)
    {
        using var folder = new TemporaryFolder();
        using var adapter = PeftAdapter.Load(Parity.PathOf(name, "adapter"), ConfigOf(name));

        PeftAdapter.Save(folder.Path, adapter, "../model");

        File.ReadAllText(folder[Config]).ShouldBe(File.ReadAllText(Parity.PathOf(name, "adapter", Config)).TrimEnd());
        File.ReadAllBytes(folder[Weights]).ShouldBe(File.ReadAllBytes(Parity.PathOf(name, "adapter", Weights)));
    }

    [Fact]
    public void Inspect_SavedAdapter_TellsItsBase()
    {
        using var folder = new TemporaryFolder();
        using var adapter = LoraAdapter.Create(
            ConfigOf("qwen3"), new LoraConfig { R = 4, LoraAlpha = 6, TargetModules = ["v_proj", "q_proj"], UseRslora = true }, seed: 1);

        PeftAdapter.Save(folder.Path, adapter, "models/base", new string('a', 64));

        var info = PeftAdapter.Inspect(folder.Path);
        (info.BaseModel, info.Fingerprint).ShouldBe(("models/base", new string('a', 64)));
        (info.Lora.R, info.Lora.LoraAlpha, info.Lora.UseRslora).ShouldBe((4, 6.0, true));
        info.Lora.TargetModules.ShouldBe(["q_proj", "v_proj"]);
    }

    [Fact]
    public void Load_AdapterOfAnotherFingerprint_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var adapter = PeftAdapter.Load(Parity.PathOf("qwen3", "adapter"), ConfigOf("qwen3"));
        PeftAdapter.Save(folder.Path, adapter, "models/base", new string('a', 64));

        var error = Should.Throw<ModelFormatException>(
            () => PeftAdapter.Load(folder.Path, ConfigOf("qwen3"), new string('b', 64)));

        error.Message.ShouldBe(
            $"{folder.Path}: is an adapter for another base model: its fingerprint is aaaaaaaaaaaa…, this one's bbbbbbbbbbbb…. "
            + "Use the base model that it was trained on, 'models/base'.");
        PeftAdapter.Load(folder.Path, ConfigOf("qwen3"), new string('a', 64)).Dispose();
        PeftAdapter.Load(folder.Path, ConfigOf("qwen3")).Dispose();
    }

    [Fact]
    public void Load_AdapterWithoutFingerprint_IsJudgedByItsShapes()
    {
        PeftAdapter.Load(Parity.PathOf("qwen3", "adapter"), ConfigOf("qwen3"), new string('b', 64)).Dispose();
    }

    [Fact]
    public void Load_AdapterOfOtherShapes_NamesTheTensor()
    {
        var error = Should.Throw<ModelFormatException>(
            () => PeftAdapter.Load(Parity.PathOf("qwen3", "adapter"), ConfigOf("qwen2-r1")));

        error.Message.ShouldContain("tensor base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight: "
            + "has shape [128, 8], but the base model asks for [64, 8]. Use the base model that it was trained on, '../model'.");
    }

    [Fact]
    public void Load_AdapterOfADeeperModel_NamesATensorWithoutPlace()
    {
        var config = ConfigOf("qwen3") with { NumHiddenLayers = 2 };

        Should.Throw<ModelFormatException>(() => PeftAdapter.Load(Parity.PathOf("qwen3", "adapter"), config))
            .Message.ShouldContain("model.layers.2.mlp.down_proj.lora_A.weight: has no place in the base model");
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"", "peft_type: 'IA3' is not supported. Supported is LORA.")]
    [InlineData("task_type", "\"SEQ_CLS\"", "'SEQ_CLS' is not supported")]
    [InlineData("use_dora", "true", "use_dora: is set, which is not supported")]
    [InlineData("rank_pattern", "{\"q_proj\":4}", "q_proj.lora_A.weight: has shape [8, 64], but the base model asks for [4, 64]")]
    [InlineData("rank_pattern", "{\"q_proj\":0}", "rank_pattern, q_proj: is 0, but must be from 1 to 1024")]
    [InlineData("rank_pattern", "{\"q_(\":4}", "rank_pattern: 'q_(' is no regular expression")]
    [InlineData("rank_pattern", "{\"(.*)*!\":4}", "the pattern '(.*)*!' takes too long")]
    [InlineData("alpha_pattern", "{\"q_proj\":-4}", "alpha_pattern, q_proj: is -4, but must be above 0")]
    [InlineData("lora_dropout", "1.5", "lora_dropout: is 1.5, but must be from 0 to 1")]
    [InlineData("init_lora_weights", "\"pissa_niter_4\"", "init_lora_weights: 'pissa_niter_4' is not supported")]
    [InlineData("fan_in_fan_out", "true", "fan_in_fan_out: is set")]
    [InlineData("exclude_modules", "[\"q_proj\"]", "exclude_modules: is set")]
    [InlineData("layers_pattern", "\"blocks\"", "layers_pattern: is not supported. Supported is layers.")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "modules_to_save: is set")]
    [InlineData("layers_to_transform", "[1]", "layers.0.mlp.down_proj.lora_A.weight: has no place in the base model")]
    [InlineData("layers_to_transform", "0", "layers.1.mlp.down_proj.lora_A.weight: has no place in the base model")]
    [InlineData("layers_to_transform", "7", "gives none of the model's projections an update")]
    [InlineData("bias", "\"all\"", "bias: 'all' is not supported")]
    [InlineData("r", "0", "r: is 0, but must be from 1 to 1024")]
    [InlineData("r", "2.5", "where a whole number is wanted")]
    [InlineData("lora_alpha", "-1", "lora_alpha: is -1")]
    [InlineData("target_modules", "\".*q_proj\"", "down_proj.lora_A.weight: has no place in the base model")]
    [InlineData("target_modules", "\"q_(\"", "target_modules: 'q_(' is no regular expression")]
    [InlineData("target_modules", "[\"mixer.q_proj\"]", "'mixer.q_proj' is not a projection of qwen3")]
    [InlineData("target_modules", "[\"embed_tokens\"]", "'embed_tokens' is not supported. Supported are q_proj,")]
    [InlineData("target_modules", "[]", "target_modules: is empty")]
    [InlineData("target_modules", "[\"q_proj\"]", "has no place in the base model")]
    public void Load_UnsupportedConfiguration_NamesTheField(string field, string json, string message)
    {
        using var copy = TemporaryFolder.CopyOf(Parity.PathOf("qwen3", "adapter"));
        var root = JsonNode.Parse(File.ReadAllText(copy[Config]))!;
        root[field] = JsonNode.Parse(json);
        File.WriteAllText(copy[Config], root.ToJsonString());

        var error = Should.Throw<ModelFormatException>(() => PeftAdapter.Load(copy.Path, ConfigOf("qwen3")));

        error.Message.ShouldContain(message);
        error.Message.ShouldNotContain('\n');
    }

    [Fact]
    public void Load_MissingFiles_SaysWhich()
    {
        using var copy = TemporaryFolder.CopyOf(Parity.PathOf("qwen3", "adapter"));
        File.Move(copy[Weights], copy["adapter_model.bin"]);

        Should.Throw<ModelFormatException>(() => PeftAdapter.Load(copy.Path, ConfigOf("qwen3")))
            .Message.ShouldContain("has only pickled weights, which are never read");
        File.Delete(copy[Config]);
        Should.Throw<ModelFormatException>(() => PeftAdapter.Load(copy.Path, ConfigOf("qwen3")))
            .Message.ShouldContain("has no adapter_config.json");
        Should.Throw<ModelFormatException>(() => PeftAdapter.Load("no/such", ConfigOf("qwen3")))
            .Message.ShouldContain("there is no such folder");
    }

    private static ModelConfig ConfigOf(string name) => ModelConfigReader.Read(Parity.PathOf(name, "model"));
}
