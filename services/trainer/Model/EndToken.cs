using System.Text.Json;
using Sgasa.Modeling;
using Sgasa.Modeling.Tokenization;

namespace Sgasa.Trainer.Model;

/// <summary>Finds the token that a response ends with in chat.</summary>
internal static class EndToken
{
    private const string FileName = "tokenizer_config.json";

    /// <summary>
    /// The tokenizer's <c>eos_token</c> where it names one, since of the several end tokens that a configuration may
    /// list
    /// it is the one that ends a turn; otherwise the first of the configuration.
    /// </summary>
    /// <exception cref="ModelFormatException">Neither says.</exception>
    public static int Find(string folder, Tokenizer tokenizer, ModelConfig config)
    {
        if (Named(Path.Combine(folder, FileName)) is { } token && tokenizer.TokenToId(token) is { } id) return id;
        return config.EosTokenIds.Count > 0
            ? config.EosTokenIds[0]
            : throw new ModelFormatException(
                folder, $"neither config.json nor {FileName} names an end token", "Set eos_token_id in config.json");
    }

    private static string? Named(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("eos_token", out var eos)) return null;
            if (eos.ValueKind == JsonValueKind.Object && eos.TryGetProperty("content", out var content)) eos = content;
            return eos.ValueKind == JsonValueKind.String ? eos.GetString() : null;
        }
        catch (JsonException fault)
        {
            throw new ModelFormatException(path, "is not JSON: " + fault.Message, "Fetch the model again", fault);
        }
    }
}
