using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Tests.Support;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Folders;

public sealed class MergedModelFolderTests
{
    public static TheoryData<string> EachModel => Parity.EachModel;

    [Theory, MemberData(nameof(EachModel))]
    public void Write_GoldenModelAndAdapter_IsTheMergedModelInTheStoredFormat(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var output = new TemporaryFolder();
        using var source = ModelFolder.Open(Parity.PathOf(name, "model"));
        using var model = CausalLM.Load(source.Config, source.Weights);
        using var adapter = PeftAdapter.Load(Parity.PathOf(name, "adapter"), source.Config);
        using var expected = model.Merge(adapter);

        MergedModelFolder.Write(source, adapter, output.Path);

        using var merged = ModelFolder.Open(output.Path);
        using var loaded = CausalLM.Load(merged.Config, merged.Weights);
        foreach (var (weight, values) in loaded.NamedParameters)
        {
            var stored = source.Weights.DtypeOf(weight);
            merged.Weights.DtypeOf(weight).ShouldBe(stored, weight);
            var type = stored == SafetensorsDtype.BF16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
            values.ToFloats().ShouldBe(expected.NamedParameters[weight].to_type(type).to_type(torch.float32).ToFloats(), weight);
        }
        merged.Tokenizer.Encode("a b c").ShouldBe(source.Tokenizer.Encode("a b c"));
        File.ReadAllBytes(output["config.json"]).ShouldBe(File.ReadAllBytes(Path.Combine(source.Path, "config.json")));
    }

    [Fact]
    public void Write_OntoTheModelItself_IsRefused()
    {
        using var copy = TemporaryFolder.CopyOf(Parity.PathOf("qwen2-r1", "model"));
        using var source = ModelFolder.Open(copy.Path);
        using var adapter = PeftAdapter.Load(Parity.PathOf("qwen2-r1", "adapter"), source.Config);

        var error = Should.Throw<ArgumentException>(() => MergedModelFolder.Write(source, adapter, copy.Path + "/"));

        error.Message.ShouldContain("folder of its own");
    }
}
