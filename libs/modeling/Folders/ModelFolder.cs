using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.Folders;
using Sgasa.Modeling.Safetensors;

namespace Sgasa.Modeling;

/// <summary>
/// A Hugging Face model folder, opened and checked: configuration, tokenizer and the shapes of all weights. Weights are read
/// when a model is made of them.
/// </summary>
public sealed class ModelFolder : IDisposable
{
    private readonly Lazy<string> _fingerprint;

    private ModelFolder(string path, ModelConfig config, Tokenizer tokenizer, SafetensorsFolder weights)
    {
        Path = path;
        Config = config;
        Tokenizer = tokenizer;
        Weights = weights;
        _fingerprint = new Lazy<string>(() => ModelFingerprint.Compute(path, weights));
    }

    /// <summary>The folder, as given.</summary>
    public string Path { get; }

    /// <summary>The architecture.</summary>
    public ModelConfig Config { get; }

    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The weights, mapped into memory.</summary>
    public SafetensorsFolder Weights { get; }

    /// <summary>
    /// SHA-256 in hexadecimal over <c>config.json</c>, <c>tokenizer.json</c> and the weight files; computed when first asked
    /// for. Of a weight file above 256 MiB only the length, the first 16 MiB and one MiB in every 64 count.
    /// </summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>Opens a folder and checks everything but the weights' values.</summary>
    /// <exception cref="ModelFormatException">
    /// Something is missing, damaged or not supported; the message says what.
    /// </exception>
    public static ModelFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
            throw new ModelFormatException(path, "there is no such folder", "Give the path of a Hugging Face model folder");
        var config = ModelConfigReader.Read(path);
        var tokenizer = Tokenizer.FromPretrained(path);
        var weights = SafetensorsFolder.Open(path);
        try
        {
            CheckShapes(config, weights);
            CheckVocabulary(path, config, tokenizer);
            return new ModelFolder(path, config, tokenizer, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => Weights.Dispose();

    private static void CheckShapes(ModelConfig config, SafetensorsFolder weights)
    {
        var names = weights.Names.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, expected) in CheckpointLayout.Tensors(config))
        {
            if (!names.Contains(name))
                throw new ModelFormatException(
                    $"{weights.Path}, tensor {name}", "is missing, though config.json asks for it", "Fetch the model again");
            var found = weights.ShapeOf(name);
            if (!found.SequenceEqual(expected))
                throw new ModelFormatException(
                    $"{weights.FileOf(name).Path}, tensor {name}",
                    $"has shape [{string.Join(", ", found)}], but config.json asks for [{string.Join(", ", expected)}]",
                    "Check that config.json belongs to these weights");
        }
    }

    /// <summary>The embedding may have spare rows, but no token may lack one.</summary>
    private static void CheckVocabulary(string path, ModelConfig config, Tokenizer tokenizer)
    {
        if (tokenizer.MaxId >= config.VocabSize)
            throw new ModelFormatException(
                System.IO.Path.Combine(path, "tokenizer.json"),
                $"has token id {tokenizer.MaxId}, but config.json says vocab_size {config.VocabSize}",
                "Check that the tokenizer belongs to the model");
    }
}
