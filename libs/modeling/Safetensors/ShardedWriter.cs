using System.Text.Json;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Safetensors;

/// <summary>
/// Writes a model's weights as Hugging Face lays them out: one file, or numbered shards and an index where they are too large.
/// </summary>
public static class ShardedWriter
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    /// <summary>Largest shard where nothing else is asked for, in bytes.</summary>
    public const long DefaultMaxShardBytes = 5_000_000_000;

    /// <summary>Writes the weights, one tensor in memory at a time, and removes weight files that were there before.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="tensors">What to write; shards take them in this order.</param>
    /// <param name="maxShardBytes">Largest file's weights in bytes; a larger tensor has a file of its own.</param>
    /// <exception cref="ModelFormatException">A file can't be written.</exception>
    public static void Write(
        string folder, IReadOnlyCollection<TensorToWrite> tensors, long maxShardBytes = DefaultMaxShardBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxShardBytes, 1);
        var shards = Cut(tensors, maxShardBytes);
        List<string> names = [];
        for (var i = 0; i < shards.Count; i++)
        {
            names.Add(shards.Count == 1 ? SingleName : $"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors");
            SafetensorsWriter.Write(Path.Combine(folder, names[i]), shards[i]);
        }
        if (shards.Count > 1)
        {
            AtomicFile.Write(Path.Combine(folder, IndexName), stream => WriteIndex(stream, shards, names));
            names.Add(IndexName);
        }
        RemoveOthers(folder, names);
    }

    private static List<List<TensorToWrite>> Cut(IEnumerable<TensorToWrite> tensors, long maxShardBytes)
    {
        List<List<TensorToWrite>> shards = [[]];
        var size = 0L;
        foreach (var tensor in tensors)
        {
            if (size > 0 && size + tensor.Bytes > maxShardBytes)
            {
                shards.Add([]);
                size = 0;
            }
            shards[^1].Add(tensor);
            size += tensor.Bytes;
        }
        return shards;
    }

    private static void WriteIndex(Stream stream, List<List<TensorToWrite>> shards, List<string> names)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteNumber("total_size", shards.Sum(shard => shard.Sum(tensor => tensor.Bytes)));
        json.WriteEndObject();
        json.WriteStartObject("weight_map");
        var files = shards.Zip(names).SelectMany(pair => pair.First.Select(tensor => (tensor.Name, File: pair.Second)));
        foreach (var (name, file) in files.OrderBy(entry => entry.Name, StringComparer.Ordinal)) json.WriteString(name, file);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A file left from an earlier, differently cut model would be read instead of the new ones.</summary>
    private static void RemoveOthers(string folder, List<string> written)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "model*.safetensors*"))
        {
            var name = Path.GetFileName(path);
            var isWeights = name is SingleName or IndexName || (name.StartsWith("model-", StringComparison.Ordinal)
                && name.EndsWith(".safetensors", StringComparison.Ordinal));
            if (isWeights && !written.Contains(name)) File.Delete(path);
        }
    }
}
