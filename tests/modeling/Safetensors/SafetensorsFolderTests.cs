using System.Text.Json.Nodes;
using Sgasa.Modeling.Safetensors;

namespace Sgasa.Modeling.Tests.Safetensors;

public sealed class SafetensorsFolderTests
{
    private const string Index = "model.safetensors.index.json";

    [Fact]
    public void Open_ShardedFolder_FindsEveryTensor()
    {
        using var folder = SafetensorsFolder.Open(Parity.PathOf("llama3-rope", "model"));

        folder.Files.Count.ShouldBe(2);
        folder.Names.Count.ShouldBe(30);
        folder.ShapeOf("lm_head.weight").ShouldBe([1117L, 64L]);
        folder.DtypeOf("model.norm.weight").ShouldBe(SafetensorsDtype.F32);
        using var tensor = folder.Read("model.norm.weight");
        tensor.shape.ShouldBe([64L]);
    }

    [Fact]
    public void Open_MissingShard_NamesItAndATensor()
    {
        using var copy = TemporaryFolder.CopyOf(Parity.PathOf("llama3-rope", "model"));
        File.Delete(copy["model-00002-of-00002.safetensors"]);

        var error = Should.Throw<ModelFormatException>(() => SafetensorsFolder.Open(copy.Path));

        error.Message.ShouldContain("lm_head.weight: is in model-00002-of-00002.safetensors, which is missing");
    }

    [Fact]
    public void Open_TensorNotInItsShard_NamesBoth()
    {
        using var copy = WithIndexEntry("lm_head.weight", "model-00001-of-00002.safetensors");

        var error = Should.Throw<ModelFormatException>(() => SafetensorsFolder.Open(copy.Path));

        error.Message.ShouldContain("model-00001-of-00002.safetensors: lacks tensor lm_head.weight");
    }

    [Theory]
    [InlineData("../model-00001-of-00002.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\x.safetensors")]
    [InlineData("sub/x.safetensors")]
    [InlineData("c:x.safetensors")]
    [InlineData("pytorch_model.bin")]
    [InlineData(".safetensors")]
    [InlineData("")]
    public void Open_ShardOutsideTheFolder_IsRefused(string name)
    {
        using var copy = WithIndexEntry("lm_head.weight", name);

        var error = Should.Throw<ModelFormatException>(() => SafetensorsFolder.Open(copy.Path));

        error.Message.ShouldContain("which is no .safetensors file of this folder");
    }

    [Fact]
    public void Open_NoWeights_SaysWhatIsWanted()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["pytorch_model.bin"], "");

        var error = Should.Throw<ModelFormatException>(() => SafetensorsFolder.Open(folder.Path));

        error.Message.ShouldContain("only pickled weights, which are never read. Convert the weights to safetensors.");
    }

    private static TemporaryFolder WithIndexEntry(string tensor, string file)
    {
        var copy = TemporaryFolder.CopyOf(Parity.PathOf("llama3-rope", "model"));
        var root = JsonNode.Parse(File.ReadAllText(copy[Index]))!;
        root["weight_map"]![tensor] = file;
        File.WriteAllText(copy[Index], root.ToJsonString());
        return copy;
    }
}
