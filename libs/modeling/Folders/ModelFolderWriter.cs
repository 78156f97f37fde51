using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.Safetensors;

namespace Sgasa.Modeling;

/// <summary>
/// Writes a model as a Hugging Face folder: configuration and weights. Tokenizer files are written beside them.
/// </summary>
public static class ModelFolderWriter
{
    /// <summary>Writes <c>model.safetensors</c> or its shards, <c>config.json</c> and <c>generation_config.json</c>.</summary>
    /// <param name="folder">The folder; made where it is missing, older files of these names are replaced.</param>
    /// <param name="config">The architecture.</param>
    /// <param name="weights">The weights under Hugging Face's names, such as a model's named parameters.</param>
    /// <param name="maxShardBytes">Largest weight file in bytes; more becomes several.</param>
    /// <exception cref="ModelFormatException">A file can't be written.</exception>
    public static void Write(
        string folder, ModelConfig config, IReadOnlyCollection<TensorToWrite> weights,
        long maxShardBytes = ShardedWriter.DefaultMaxShardBytes)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        var stored = weights.Select(w => w.Dtype).Distinct().ToArray();
        var dtype = stored is [SafetensorsDtype.BF16] ? "bfloat16" : stored is [SafetensorsDtype.F16] ? "float16" : "float32";
        ShardedWriter.Write(folder, weights, maxShardBytes);
        ModelConfigWriter.Write(folder, config, dtype);
    }
}
