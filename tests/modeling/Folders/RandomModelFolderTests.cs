using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Tests.Support;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Folders;

public sealed class RandomModelFolderTests
{
    [Theory, InlineData(SafetensorsDtype.BF16), InlineData(SafetensorsDtype.F32)]
    public void Write_InShards_LoadsWithWeightsOfThatSpread(SafetensorsDtype dtype)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var config = Some.Config with { TieWordEmbeddings = false };

        RandomModelFolder.Write(folder.Path, config, seed: 3, dtype, std: 0.1, maxShardBytes: 20_000);

        Directory.GetFiles(folder.Path, "model-*.safetensors").Length.ShouldBeGreaterThan(3);
        using var model = CausalLM.FromPretrained(folder.Path);
        using var weights = SafetensorsFolder.Open(folder.Path);
        foreach (var (name, weight) in model.NamedParameters)
        {
            weights.DtypeOf(name).ShouldBe(dtype, name);
            if (name.EndsWith("norm.weight", StringComparison.Ordinal)) weight.ToFloats().ShouldAllBe(value => value == 1);
            else if (weight.numel() > 2000)
            {
                // Of more than 2,000 draws the deviation is within 10 % of 0.1, six times its own error.
                weight.std().item<float>().ShouldBe(0.1f, 0.01, name);
                weight.mean().item<float>().ShouldBe(0f, 0.015, name);
            }
        }
        model.NamedParameters.Values.Sum(weight => weight.numel()).ShouldBe(RandomModelFolder.ParametersOf(config));
        model.NamedParameters["lm_head.weight"].ToFloats()
            .ShouldNotBe(model.NamedParameters["model.embed_tokens.weight"].ToFloats());
    }

    [Fact]
    public void Write_SameSeed_SameFiles()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        using var other = new TemporaryFolder();

        RandomModelFolder.Write(first.Path, Some.Config, seed: 3);
        RandomModelFolder.Write(second.Path, Some.Config, seed: 3);
        RandomModelFolder.Write(other.Path, Some.Config, seed: 4);

        var bytes = File.ReadAllBytes(first["model.safetensors"]);
        File.ReadAllBytes(second["model.safetensors"]).ShouldBe(bytes);
        File.ReadAllBytes(other["model.safetensors"]).ShouldNotBe(bytes);
    }
}
