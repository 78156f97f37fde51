using Sgasa.Modeling;
using Sgasa.Modeling.Model;
using Sgasa.Parity.Tests.Support;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>What a model folder says about the model.</summary>
internal static class FolderChecks
{
    public static void Description(GoldenModel golden)
    {
        var expected = golden.Expected;

        expected["format"].Int().ShouldBe(1);
        expected["name"].Text().ShouldBe(Path.GetFileName(golden.Path));
        expected["model_type"].Text().ShouldBe(golden.Config.ModelType);
        golden.Model.NamedParameters.Values.Sum(weight => weight.numel()).ShouldBe(expected["parameters"].Int());
        IdOrNull(expected["pad_token_id"]).ShouldBe(golden.Config.PadTokenId);
        IdOrNull(expected["bos_token_id"]).ShouldBe(golden.Config.BosTokenId);
        golden.Config.EosTokenIds.ShouldContain(expected["eos_token_id"].Int());
    }

    public static void BothConfigurations(GoldenModel golden)
    {
        using var other = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(golden.PathOf("model"))) File.Copy(file, other[Path.GetFileName(file)]);
        File.Copy(golden.PathOf("model", "config_v4.json"), other["config.json"], overwrite: true);

        using var folder = ModelFolder.Open(other.Path);
        using var model = GoldenModel.Load(folder);

        // A record compares lists by identity.
        (folder.Config with { EosTokenIds = golden.Config.EosTokenIds, RotaryLayers = golden.Config.RotaryLayers })
            .ShouldBe(golden.Config);
        folder.Config.EosTokenIds.ShouldBe(golden.Config.EosTokenIds);
        folder.Config.RotaryLayers.ShouldBe(golden.Config.RotaryLayers);
        var ids = GoldenModel.Batch(golden.Prompts[^1]["ids"].Ints());
        Tolerance.Floats(model.Forward(ids)).ShouldBe(Tolerance.Floats(golden.Model.Forward(ids)));
    }

    public static void RotationFrequencies(GoldenModel golden)
    {
        var frequencies = RotaryEmbedding.InverseFrequencies(golden.Config);

        golden.Tolerances["rope.inv_freq"].Hold(frequencies, golden.Tensors.Values("rope.inv_freq"), "inverse frequencies");
        if (!golden.Tensors.Names.Contains("rope.inv_freq.long")) return;
        var beyond = RotaryEmbedding.InverseFrequencies(golden.Config, golden.Config.MaxPositionEmbeddings);
        golden.Tolerances["rope.inv_freq"].Hold(beyond, golden.Tensors.Values("rope.inv_freq.long"), "of a long sequence");
    }

    private static int? IdOrNull(GoldenNode id) => id.IsNull() ? null : id.Int();
}
