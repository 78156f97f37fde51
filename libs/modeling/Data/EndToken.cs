using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Training;

/// <summary>Finds the token that a completion ends with.</summary>
public static class EndToken
{
    private const string FileName = "tokenizer_config.json";

    /// <summary>
    /// The tokenizer's <c>eos_token</c> where it names one, since of the several end tokens that a configuration may list it is
    /// the one that ends a turn; otherwise the first of the configuration.
    /// </summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="config">Its configuration.</param>
    /// <exception cref="ModelFormatException">Neither says, or a file is damaged.</exception>
    public static int Find(string folder, Tokenizer tokenizer, ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(config);
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path) && Named(JsonSection.ReadFile(path)) is { } token && tokenizer.TokenToId(token) is { } id)
            return id;
        return config.EosTokenIds.Count > 0
            ? config.EosTokenIds[0]
            : throw new ModelFormatException(
                folder, $"neither config.json nor {FileName} names an end token", "Set eos_token_id in config.json");
    }

    /// <summary>A special token is a text, or an object that has it as its content.</summary>
    private static string? Named(JsonSection config) =>
        config.Find("eos_token") is { ValueKind: System.Text.Json.JsonValueKind.Object }
            ? config.Section("eos_token")?.String("content")
            : config.String("eos_token");
}
