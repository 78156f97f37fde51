using System.Runtime.InteropServices;
using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling;

/// <summary>Looks at everything in a model folder, the weights' values included, and tells all that is wrong with it.</summary>
public static class ModelFolderCheck
{
    private const long ChunkBytes = 1 << 24;

    /// <summary>Checks a folder; memory use does not depend on the model's size.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Cancels between parts of tensors.</param>
    /// <returns>One line for each problem, with the file and what to do; nothing where all is well.</returns>
    public static IEnumerable<string> Problems(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        List<string> problems = [];
        if (!Directory.Exists(folder))
            return [Problem(folder, "there is no such folder", "Give the path of a Hugging Face model folder")];
        var config = Try(() => ModelConfigReader.Read(folder), problems);
        var tokenizer = Try(() => Tokenizer.FromPretrained(folder), problems);
        if (config is not null && tokenizer is not null) CheckTokenizer(folder, config, tokenizer, problems);
        if (Try(() => SafetensorsFolder.Open(folder), problems) is { } weights)
        {
            using (weights)
            {
                if (config is not null) CheckLayout(weights, config, problems);
                foreach (var name in weights.Names.Order(StringComparer.Ordinal))
                    CheckValues(weights.FileOf(name), weights.FileOf(name).Find(name)!, problems, cancellationToken);
            }
        }
        if (tokenizer is not null && Try(() => ChatTemplate.FromPretrained(folder), problems) is { } template)
            CheckTemplate(folder, template, tokenizer, problems);
        return problems;
    }

    private static string Problem(string where, string what, string? remedy = null) =>
        new ModelFormatException(where, what, remedy).Message;

    private static T? Try<T>(Func<T> read, List<string> problems)
        where T : class
    {
        try
        {
            return read();
        }
        catch (ModelFormatException fault)
        {
            problems.Add(fault.Message);
            return null;
        }
    }

    private static void CheckTokenizer(string folder, ModelConfig config, Tokenizer tokenizer, List<string> problems)
    {
        if (tokenizer.MaxId >= config.VocabSize)
        {
            problems.Add(Problem(
                Path.Combine(folder, "tokenizer.json"),
                $"has token id {tokenizer.MaxId}, but config.json says vocab_size {config.VocabSize}",
                "Check that the tokenizer belongs to the model"));
        }
        Try(() => (object)EndToken.Find(folder, tokenizer, config), problems);
        const string text = "The quick brown fox: 12 été 你好 🙂\n";
        if (tokenizer.Decode(tokenizer.Encode(text)) != text)
        {
            problems.Add(Problem(
                Path.Combine(folder, "tokenizer.json"), "does not give back a text that it has encoded", "Fetch the file again"));
        }
    }

    private static void CheckLayout(SafetensorsFolder weights, ModelConfig config, List<string> problems)
    {
        var expected = CheckpointLayout.Tensors(config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        foreach (var (name, shape) in expected)
        {
            if (!weights.Names.Contains(name))
            {
                problems.Add(Problem(
                    $"{weights.Path}, tensor {name}", "is missing, though config.json asks for it", "Fetch the model again"));
            }
            else if (!weights.ShapeOf(name).SequenceEqual(shape))
            {
                problems.Add(Problem(
                    $"{weights.FileOf(name).Path}, tensor {name}",
                    $"has shape [{string.Join(", ", weights.ShapeOf(name))}], "
                    + $"but config.json asks for [{string.Join(", ", shape)}]",
                    "Check that config.json belongs to these weights"));
            }
        }
        foreach (var name in weights.Names.Where(name => !expected.ContainsKey(name)).Order(StringComparer.Ordinal))
        {
            if (CheckpointLayout.MayBeSuperfluous(config, name)) continue;
            problems.Add(Problem(
                $"{weights.FileOf(name).Path}, tensor {name}", "has no place in the model that config.json describes",
                "Check that config.json belongs to these weights"));
        }
    }

    private static void CheckValues(
        SafetensorsFile file, SafetensorsEntry entry, List<string> problems, CancellationToken cancellationToken)
    {
        if (!FloatConversion.CanRead(entry.Dtype))
        {
            problems.Add(Problem(
                $"{file.Path}, tensor {entry.Name}", $"has number format {entry.Dtype}", "Supported are F32, F16 and BF16"));
            return;
        }
        var faulty = 0L;
        var length = entry.End - entry.Begin;
        for (var done = 0L; done < length; done += ChunkBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            faulty += NotFinite(entry.Dtype, file.Bytes(entry, done, Math.Min(ChunkBytes, length - done)));
        }
        if (faulty == 0) return;
        problems.Add(Problem(
            $"{file.Path}, tensor {entry.Name}",
            $"has {faulty} of {entry.ElementCount} values that are no finite numbers", "Fetch the file again"));
    }

    /// <summary>Infinities and not-a-numbers are the values whose exponent is all ones.</summary>
    private static long NotFinite(SafetensorsDtype dtype, ReadOnlySpan<byte> bytes)
    {
        var count = 0L;
        if (dtype == SafetensorsDtype.F32)
        {
            foreach (var bits in MemoryMarshal.Cast<byte, uint>(bytes))
                if ((bits & 0x7f80_0000) == 0x7f80_0000) count++;
            return count;
        }
        var exponent = dtype == SafetensorsDtype.BF16 ? (ushort)0x7f80 : (ushort)0x7c00;
        foreach (var bits in MemoryMarshal.Cast<byte, ushort>(bytes))
            if ((bits & exponent) == exponent) count++;
        return count;
    }

    private static void CheckTemplate(string folder, ChatTemplate template, Tokenizer tokenizer, List<string> problems)
    {
        ChatMessage[] messages = [new("user", "Hello"), new("assistant", "Good day")];
        try
        {
            template.Encode(tokenizer, messages[..1], addGenerationPrompt: true);
            if (template.Render(messages, addGenerationPrompt: false).Contains("Good day", StringComparison.Ordinal)) return;
            problems.Add(Problem(folder, "its chat template leaves out what the assistant says"));
        }
        catch (ChatTemplateException fault)
        {
            problems.Add(Problem(folder, "its chat template fails on a plain conversation: " + fault.Message));
        }
    }
}
