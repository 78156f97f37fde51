using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.IO;
using Sgasa.Modeling.Safetensors;
using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>
/// Writes a model folder with an adapter's update added to its weights, as PEFT's <c>merge_and_unload</c> does.
/// </summary>
public static class MergedModelFolder
{
    /// <summary>Files beside the weights that a merged model keeps as they are.</summary>
    private static readonly string[] Kept = [".json", ".jinja", ".txt", ".model"];

    /// <summary>
    /// Merges tensor by tensor: in memory is one of them at a time, in float32, whatever the model's size. Weights keep the
    /// formats that they are stored in; configuration, tokenizer and template are copied.
    /// </summary>
    /// <param name="source">The model.</param>
    /// <param name="adapter">The adapter, on the CPU.</param>
    /// <param name="folder">The folder to write; another one than the model's. Made where it is missing.</param>
    /// <param name="maxShardBytes">Largest weight file in bytes; more becomes several.</param>
    /// <exception cref="ArgumentException">
    /// The adapter belongs to another shape of model, or the folder is the model's own.
    /// </exception>
    /// <exception cref="ModelFormatException">A file can't be read or written.</exception>
    public static void Write(
        ModelFolder source, LoraAdapter adapter, string folder, long maxShardBytes = ShardedWriter.DefaultMaxShardBytes)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(adapter);
        if (!adapter.Fits(source.Config))
            throw new ArgumentException("The adapter was made for a model of another shape.", nameof(adapter));
        if (Full(folder) == Full(source.Path))
            throw new ArgumentException("A merged model needs a folder of its own.", nameof(folder));

        var weights = CheckpointLayout.Tensors(source.Config).Select(tensor => new TensorToWrite(
            tensor.Name, tensor.Shape, () => Merged(source.Weights, adapter, tensor.Name), source.Weights.DtypeOf(tensor.Name)));
        ShardedWriter.Write(folder, [.. weights], maxShardBytes);
        foreach (var path in Directory.EnumerateFiles(source.Path))
        {
            var name = Path.GetFileName(path);
            if (!Kept.Contains(Path.GetExtension(name)) || name.EndsWith(".index.json", StringComparison.Ordinal)) continue;
            AtomicFile.Write(Path.Combine(folder, name), stream =>
            {
                using var original = File.OpenRead(path);
                original.CopyTo(stream);
            });
        }
    }

    private static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static torch.Tensor Merged(SafetensorsFolder weights, LoraAdapter adapter, string name)
    {
        using var noGrad = torch.no_grad();
        var value = weights.Read(name);
        adapter.AddTo(name, value);
        return value;
    }
}
