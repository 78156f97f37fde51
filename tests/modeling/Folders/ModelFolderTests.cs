using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Tests.Support;
using SafetensorsFile = Sgasa.Modeling.Safetensors.SafetensorsFile;

namespace Sgasa.Modeling.Tests.Folders;

public sealed class ModelFolderTests
{
    public static TheoryData<string> EachModel => Parity.EachModel;

    [Theory]
    [MemberData(nameof(EachModel))]
    public void Open_GoldenModel_LoadsIntoAModel(string name)
    {
        using var folder = ModelFolder.Open(Parity.PathOf(name, "model"));

        using var model = CausalLM.Load(folder.Config, folder.Weights);

        var golden = new GoldenTensors(Directory.GetFiles(Parity.PathOf(name, "model"), "*.safetensors"));
        foreach (var (weight, values) in model.NamedParameters) values.ToFloats().ShouldBe(golden.Values(weight), weight);
        folder.Tokenizer.Count.ShouldBe(Parity.Expected(name).GetProperty("tokenizer").GetProperty("size").GetInt32());
    }

    [Theory]
    [MemberData(nameof(EachModel))]
    public void CheckpointLayout_EachArchitecture_IsWhatTheModelTakes(string name)
    {
        var config = ModelConfigReader.Read(Parity.PathOf(name, "model"));
        using var model = CausalLM.Create(config, seed: 1);

        var layout = CheckpointLayout.Tensors(config).ToDictionary(t => t.Name, t => string.Join(",", t.Shape));

        layout.ShouldBe(model.NamedParameters.ToDictionary(p => p.Key, p => string.Join(",", p.Value.shape)), ignoreOrder: true);
    }

    [Fact]
    public void Open_NoFolder_SaysSo()
    {
        Should.Throw<ModelFormatException>(() => ModelFolder.Open("no/such/folder"))
            .Message.ShouldBe("no/such/folder: there is no such folder. Give the path of a Hugging Face model folder.");
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    public void Open_FileMissing_NamesIt(string file)
    {
        using var copy = TemporaryFolder.CopyOf(Parity.PathOf("qwen2-r1", "model"));
        File.Delete(copy[file]);

        var error = Should.Throw<ModelFormatException>(() => ModelFolder.Open(copy.Path));

        error.Message.ShouldStartWith(copy[file] + ": there is no such file");
    }

    [Theory]
    [InlineData("\"intermediate_size\": 160", "\"intermediate_size\": 161",
        "tensor model.layers.0.mlp.gate_proj.weight: has shape [160, 64], but config.json asks for [161, 64]")]
    [InlineData("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4",
        "tensor model.layers.3.input_layernorm.weight: is missing, though config.json asks for it")]
    [InlineData("\"vocab_size\": 896", "\"vocab_size\": 826", "has token id 826, but config.json says vocab_size 826")]
    public void Open_ConfigurationOfAnotherModel_SaysWhatDiffers(string right, string wrong, string message)
    {
        using var copy = TemporaryFolder.CopyOf(Parity.PathOf("qwen2-r1", "model"));
        var json = File.ReadAllText(copy["config.json"]);
        json.ShouldContain(right);
        File.WriteAllText(copy["config.json"], json.Replace(right, wrong, StringComparison.Ordinal));
        if (wrong.Contains("826", StringComparison.Ordinal)) CutVocabulary(copy, 826);

        var error = Should.Throw<ModelFormatException>(() => ModelFolder.Open(copy.Path));

        error.Message.ShouldContain(message);
        error.Message.ShouldNotContain('\n');
    }

    [Fact]
    public void Fingerprint_SameFiles_IsTheSameAndAnyChangeIsSeen()
    {
        using var copy = TemporaryFolder.CopyOf(Parity.PathOf("qwen2-r1", "model"));
        var original = Fingerprint(Parity.PathOf("qwen2-r1", "model"));
        var ofCopy = Fingerprint(copy.Path);
        using (var stream = File.Open(copy["model.safetensors"], FileMode.Open, FileAccess.ReadWrite))
        {
            stream.Seek(-1, SeekOrigin.End);
            var last = stream.ReadByte();
            stream.Seek(-1, SeekOrigin.End);
            stream.WriteByte((byte)(last ^ 1));
        }

        original.Length.ShouldBe(64);
        ofCopy.ShouldBe(original);
        Fingerprint(copy.Path).ShouldNotBe(original);
        Fingerprint(Parity.PathOf("qwen3", "model")).ShouldNotBe(original);
    }

    [Theory]
    [MemberData(nameof(EachModel))]
    public void Write_GoldenModel_OpensAsTheSame(string name)
    {
        using var copy = new TemporaryFolder();
        using var folder = ModelFolder.Open(Parity.PathOf(name, "model"));
        using var model = CausalLM.Load(folder.Config, folder.Weights);

        ModelFolderWriter.Write(copy.Path, folder.Config, [.. model.NamedParameters.Select(p => TensorToWrite.Of(p.Key, p.Value))]);

        File.Copy(Parity.PathOf(name, "model", "tokenizer.json"), copy["tokenizer.json"]);
        using var reopened = ModelFolder.Open(copy.Path);
        (reopened.Config with { EosTokenIds = [] }).ShouldBe(folder.Config with { EosTokenIds = [] });
        reopened.Config.EosTokenIds.ShouldBe(folder.Config.EosTokenIds);
        using var again = CausalLM.Load(reopened.Config, reopened.Weights);
        again.Parameters.Values.ToFloats().ShouldBe(model.Parameters.Values.ToFloats());
    }

    private static string Fingerprint(string path)
    {
        using var folder = ModelFolder.Open(path);
        return folder.Fingerprint;
    }

    /// <summary>Shortens the two tensors that have a row for each token.</summary>
    private static void CutVocabulary(TemporaryFolder copy, long rows)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        TensorToWrite[] cut;
        using (var file = SafetensorsFile.Open(copy["model.safetensors"]))
            cut =
            [
                .. file.Entries.Select(e => (e.Name, Value: file.Read(e.Name)))
                    .Select(t => TensorToWrite.Of(t.Name, t.Value.shape[0] == 896 ? t.Value.narrow(0, 0, rows) : t.Value)),
            ];
        SafetensorsWriter.Write(copy["model.safetensors"], cut);
    }
}
