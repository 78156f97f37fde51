using System.Text.Json;
using Sgasa.Modeling.IO;
using TorchSharp;

namespace Sgasa.Modeling.Safetensors;

/// <summary>The weights of a model folder: <c>model.safetensors</c>, or the shards that an index file lists.</summary>
public sealed class SafetensorsFolder : IWeightSource, IDisposable
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";
    private readonly Dictionary<string, SafetensorsFile> _fileOf = new(StringComparer.Ordinal);
    private readonly List<SafetensorsFile> _files = [];

    private SafetensorsFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The open files, by name.</summary>
    public IReadOnlyList<SafetensorsFile> Files => _files;

    /// <inheritdoc />
    public IReadOnlyCollection<string> Names => _fileOf.Keys;

    /// <summary>
    /// Opens every weight file of a folder and checks the headers; a single file is preferred to an index.
    /// </summary>
    /// <exception cref="ModelFormatException">
    /// There are no weights, a shard or tensor is missing, or a file is damaged.
    /// </exception>
    public static SafetensorsFolder Open(string path)
    {
        var folder = new SafetensorsFolder(path);
        try
        {
            if (File.Exists(System.IO.Path.Combine(path, SingleName))) folder.AddSingle();
            else if (File.Exists(System.IO.Path.Combine(path, IndexName))) folder.AddShards();
            else throw folder.NoWeights();
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<long> ShapeOf(string name) => FileOf(name).Find(name)!.Shape;

    /// <summary>The number format in which a tensor is stored.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of that name.</exception>
    public SafetensorsDtype DtypeOf(string name) => FileOf(name).Find(name)!.Dtype;

    /// <inheritdoc />
    public torch.Tensor Read(string name) => FileOf(name).Read(name);

    /// <inheritdoc />
    public void ReadInto(string name, torch.Tensor target) => FileOf(name).ReadInto(name, target);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    /// <summary>The file that holds a tensor.</summary>
    internal SafetensorsFile FileOf(string name) =>
        _fileOf.TryGetValue(name, out var file) ? file : throw new KeyNotFoundException($"{Path} has no tensor {name}.");

    private void AddSingle()
    {
        var file = SafetensorsFile.Open(System.IO.Path.Combine(Path, SingleName));
        _files.Add(file);
        foreach (var entry in file.Entries) _fileOf.Add(entry.Name, file);
    }

    private void AddShards()
    {
        var index = JsonSection.ReadFile(System.IO.Path.Combine(Path, IndexName));
        var map = index.RequiredSection("weight_map");
        var shards = new SortedDictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach (var (tensor, value) in map.Fields())
        {
            if (value.ValueKind != JsonValueKind.String) throw map.Unexpected(tensor, value, "a file name");
            var name = map.TextOf(tensor, value);
            CheckShardName(map, tensor, name);
            if (!shards.TryGetValue(name, out var shard))
            {
                var path = System.IO.Path.Combine(Path, name);
                if (!File.Exists(path)) throw map.Error(tensor, $"is in {name}, which is missing", "Fetch that file too");
                shard = SafetensorsFile.Open(path);
                shards.Add(name, shard);
                _files.Add(shard);
            }
            if (shard.Find(tensor) is null)
                throw new ModelFormatException(shard.Path, $"lacks tensor {tensor}, which {IndexName} places there");
            _fileOf.Add(tensor, shard);
        }
        if (shards.Count == 0) throw index.Error("weight_map", "is empty");
        _files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
    }

    /// <summary>An index is data from elsewhere: it may name files of this folder and nothing else.</summary>
    private static void CheckShardName(JsonSection map, string tensor, string name)
    {
        var plain = name.EndsWith(".safetensors", StringComparison.Ordinal) && !name.StartsWith('.')
            && !name.AsSpan().ContainsAny("/\\:\0");
        if (!plain) throw map.Error(tensor, $"names '{name}', which is no .safetensors file of this folder");
    }

    private ModelFormatException NoWeights()
    {
        var pickled = Directory.Exists(Path) && Directory.EnumerateFiles(Path, "*.bin").Any();
        return new ModelFormatException(
            Path,
            $"has neither {SingleName} nor {IndexName}" + (pickled ? ", only pickled weights, which are never read" : ""),
            pickled ? "Convert the weights to safetensors" : "Fetch the model's .safetensors files");
    }
}
