using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Peft;
using Sgasa.Modeling.Safetensors;
using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>
/// LoRA adapters on disk as PEFT stores them: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.
/// </summary>
public static class PeftAdapter
{
    private const string WeightsName = "adapter_model.safetensors";
    private const string Prefix = "base_model.model.";
    private const string FingerprintKey = "base_model_fingerprint";

    /// <summary>Reads what a folder says about its adapter, without its matrices.</summary>
    /// <exception cref="ModelFormatException">
    /// A file is missing, damaged, or asks for what is not supported.
    /// </exception>
    public static PeftAdapterInfo Inspect(string folder)
    {
        using var file = OpenWeights(folder);
        return Inspect(folder, file);
    }

    /// <summary>Reads an adapter for a base model.</summary>
    /// <param name="folder">The adapter folder.</param>
    /// <param name="model">The base model's architecture.</param>
    /// <param name="fingerprint">
    /// The base model's fingerprint: an adapter that names another one is refused. Null, or an adapter that names none, leaves it
    /// to the shapes.
    /// </param>
    /// <param name="device">Where the adapter is to lie; null is the CPU.</param>
    /// <exception cref="ModelFormatException">
    /// The adapter is for another base model, or a file is missing, damaged, or asks for what is not supported.
    /// </exception>
    public static LoraAdapter Load(string folder, ModelConfig model, string? fingerprint = null, torch.Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var file = OpenWeights(folder);
        var info = Inspect(folder, file);
        var remedy = info.BaseModel is { Length: > 0 } name
            ? $"Use the base model that it was trained on, '{name}'"
            : "Use the base model that it was trained on";
        if (fingerprint is not null && info.Fingerprint is { } trainedOn && trainedOn != fingerprint)
            throw new ModelFormatException(
                folder,
                $"is an adapter for another base model: its fingerprint is {Short(trainedOn)}, this one's {Short(fingerprint)}",
                remedy);
        try
        {
            var lora = LoraPlacement.Resolve(model, info.Lora);
            CheckTensors(file, model, lora, remedy);
            return LoraAdapter.Load(model, lora, new Unprefixed(file), device);
        }
        catch (ArgumentException e) when (e is not ArgumentNullException)
        {
            throw new ModelFormatException(
                Path.Combine(folder, PeftConfigJson.FileName), e.Message.Split(" (Parameter")[0].TrimEnd('.'), remedy, e);
        }
    }

    /// <summary>Writes an adapter so that PEFT reads it.</summary>
    /// <param name="folder">The adapter folder; made where it is missing.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="baseModel">The base model's folder or name, for <c>base_model_name_or_path</c>.</param>
    /// <param name="fingerprint">The base model's fingerprint, which <see cref="Load"/> checks; null for none.</param>
    /// <exception cref="ModelFormatException">A file can't be written.</exception>
    public static void Save(string folder, LoraAdapter adapter, string? baseModel, string? fingerprint = null)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        var metadata = new Dictionary<string, string>();
        if (fingerprint is not null) metadata.Add(FingerprintKey, fingerprint);
        SafetensorsWriter.Write(
            Path.Combine(folder, WeightsName),
            adapter.NamedParameters.Select(p => TensorToWrite.Of(Prefix + p.Key, p.Value)),
            metadata);
        PeftConfigJson.Write(folder, adapter.Config, baseModel);
    }

    private static PeftAdapterInfo Inspect(string folder, SafetensorsFile file)
    {
        var (lora, baseModel) = PeftConfigJson.Read(folder);
        return new PeftAdapterInfo(lora, baseModel, file.Metadata.GetValueOrDefault(FingerprintKey));
    }

    private static SafetensorsFile OpenWeights(string folder)
    {
        if (!Directory.Exists(folder))
            throw new ModelFormatException(folder, "there is no such folder", "Give the path of a PEFT adapter folder");
        if (!File.Exists(Path.Combine(folder, PeftConfigJson.FileName)))
            throw new ModelFormatException(folder, $"has no {PeftConfigJson.FileName}", "Give the path of a PEFT adapter folder");
        if (!File.Exists(Path.Combine(folder, WeightsName)) && File.Exists(Path.Combine(folder, "adapter_model.bin")))
            throw new ModelFormatException(
                folder, "has only pickled weights, which are never read", "Save the adapter as safetensors");
        return SafetensorsFile.Open(Path.Combine(folder, WeightsName));
    }

    /// <summary>Compares names and shapes with what the base model and the configuration ask for.</summary>
    private static void CheckTensors(SafetensorsFile file, ModelConfig model, LoraConfig lora, string remedy)
    {
        var expected = ExpectedTensors(model, lora).ToDictionary(t => t.Name, t => t.Shape, StringComparer.Ordinal);
        foreach (var (name, shape) in expected)
        {
            var entry = file.Find(name)
                ?? throw new ModelFormatException(
                    $"{file.Path}, tensor {name}", "is missing: the adapter is for another base model", remedy);
            if (!entry.Shape.SequenceEqual(shape))
                throw new ModelFormatException(
                    $"{file.Path}, tensor {name}",
                    $"has shape [{string.Join(", ", entry.Shape)}], but the base model asks for [{string.Join(", ", shape)}]",
                    remedy);
        }
        if (file.Entries.FirstOrDefault(entry => !expected.ContainsKey(entry.Name)) is { } other)
            throw new ModelFormatException($"{file.Path}, tensor {other.Name}", "has no place in the base model", remedy);
    }

    private static IEnumerable<(string Name, long[] Shape)> ExpectedTensors(ModelConfig model, LoraConfig lora)
    {
        foreach (var ((path, outputs), inputs) in LoraPlacement.Projections(model))
        {
            if (lora.RankOf(path) is not (> 0 and var rank)) continue;
            yield return ($"{Prefix}{path}.lora_A.weight", [rank, inputs]);
            yield return ($"{Prefix}{path}.lora_B.weight", [outputs, rank]);
        }
    }

    private static string Short(string fingerprint) => fingerprint.Length > 12 ? fingerprint[..12] + "…" : fingerprint;

    /// <summary>The file's tensors without PEFT's prefix.</summary>
    private sealed class Unprefixed(SafetensorsFile file) : IWeightSource
    {
        public IReadOnlyCollection<string> Names { get; } = [.. file.Entries.Select(entry => entry.Name[Prefix.Length..])];

        public IReadOnlyList<long> ShapeOf(string name) =>
            file.Find(Prefix + name)?.Shape ?? throw new KeyNotFoundException($"{file.Path} has no tensor {name}.");

        public torch.Tensor Read(string name) => file.Read(Prefix + name);
    }
}
