using System.Text.Json;
using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Tests.Support;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Safetensors;

public sealed class ShardedWriterTests
{
    [Fact]
    public void Write_MoreThanAShardHolds_CutsInOrderAndIndexes()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        // 40, 40, 200 and 8 bytes: the third is larger than a shard and has one of its own.
        (string Name, torch.Tensor Value)[] tensors =
        [
            ("d", torch.arange(10, torch.float32)), ("c", torch.ones(10)),
            ("b", torch.arange(50, torch.float32)), ("a", torch.ones(2)),
        ];

        ShardedWriter.Write(folder.Path, [.. tensors.Select(t => TensorToWrite.Of(t.Name, t.Value))], maxShardBytes: 80);

        using var index = JsonDocument.Parse(File.ReadAllBytes(folder["model.safetensors.index.json"]));
        index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64().ShouldBe(288);
        index.RootElement.GetProperty("weight_map").EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetString()!)
            .ShouldBe(new Dictionary<string, string>
            {
                ["a"] = "model-00003-of-00003.safetensors",
                ["b"] = "model-00002-of-00003.safetensors",
                ["c"] = "model-00001-of-00003.safetensors",
                ["d"] = "model-00001-of-00003.safetensors",
            });
        using var read = SafetensorsFolder.Open(folder.Path);
        foreach (var (name, value) in tensors) read.Read(name).ToFloats().ShouldBe(value.ToFloats(), name);
    }

    [Fact]
    public void Write_OverAnotherCut_LeavesNoFileOfTheOldOne()
    {
        using var folder = new TemporaryFolder();
        using var first = torch.zeros(10);
        using var second = torch.ones(10);
        File.WriteAllText(folder["tokenizer.json"], "{}");
        string[] NamesAfter(torch.Tensor value, long maxShardBytes)
        {
            ShardedWriter.Write(folder.Path, [TensorToWrite.Of("a", value), TensorToWrite.Of("b", value)], maxShardBytes);
            return [.. Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        }

        var sharded = NamesAfter(first, 40);
        var single = NamesAfter(second, 1000);
        var shardedAgain = NamesAfter(first, 40);

        sharded.ShouldBe([
            "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json", "tokenizer.json",
        ]);
        single.ShouldBe(["model.safetensors", "tokenizer.json"]);
        shardedAgain.ShouldBe(sharded);
    }
}
