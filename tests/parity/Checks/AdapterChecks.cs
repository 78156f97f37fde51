using System.Text.Json.Nodes;
using Sgasa.Modeling;
using Sgasa.Parity.Tests.Support;
using SafetensorsFile = Sgasa.Modeling.Safetensors.SafetensorsFile;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>Adapter folders, read and written back.</summary>
internal static class AdapterChecks
{
    private const string Config = "adapter_config.json";
    private const string Weights = "adapter_model.safetensors";

    public static void SaveAndLoad(GoldenModel golden)
    {
        foreach (var name in new[] { "adapter", "adapter_fresh" })
        {
            using var copy = new TemporaryFolder();
            using var adapter = golden.Adapter(name);
            var config = JsonNode.Parse(File.ReadAllText(golden.PathOf(name, Config)))!.AsObject();

            adapter.Config.R.ShouldBe(config["r"]!.GetValue<int>(), name);
            adapter.Config.LoraAlpha.ShouldBe(config["lora_alpha"]!.GetValue<double>(), name);
            PeftAdapter.Save(copy.Path, adapter, config["base_model_name_or_path"]!.GetValue<string>());

            var written = JsonNode.Parse(File.ReadAllText(copy[Config]))!.AsObject();
            written.Select(field => field.Key).ShouldBe(config.Select(field => field.Key), name);
            JsonNode.DeepEquals(written, config).ShouldBeTrue($"{name}: {written} instead of {config}");
            SameTensors(golden.PathOf(name, Weights), copy[Weights]);

            using var again = PeftAdapter.Load(copy.Path, golden.Config);
            foreach (var (key, matrix) in adapter.NamedParameters)
                Tolerance.Floats(again.NamedParameters[key]).ShouldBe(Tolerance.Floats(matrix), key);
        }
    }

    private static void SameTensors(string expectedPath, string actualPath)
    {
        using var expected = SafetensorsFile.Open(expectedPath);
        using var actual = SafetensorsFile.Open(actualPath);

        actual.Entries.Select(entry => entry.Name).ShouldBe(expected.Entries.Select(entry => entry.Name), ignoreOrder: true);
        foreach (var entry in expected.Entries)
        {
            actual.Find(entry.Name)!.Shape.ShouldBe(entry.Shape, entry.Name);
            using var left = actual.Read(entry.Name);
            using var right = expected.Read(entry.Name);
            Tolerance.Floats(left).ShouldBe(Tolerance.Floats(right), entry.Name);
        }
    }
}
