using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sgasa.Contracts;

namespace Sgasa.Hosting.Recipes;

/// <summary>
/// Reads and writes recipes: the built-in presets, and YAML or JSON files with camel-case keys. A file gives only what
/// differs; the rest is the paper's, or another preset's with <c>extends: tiny</c>.
/// </summary>
public static class RecipeFile
{
    private const string Extends = "extends";
    private const int MaxBytes = 1 << 20;

    /// <summary>The names of the built-in recipes.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["paper", "tiny"];

    /// <summary>Loads a preset by name, or a file: JSON where its name ends in <c>.json</c>, otherwise YAML.</summary>
    /// <exception cref="UserErrorException">
    /// No such preset or file; not well-formed; an unknown key or a key given twice; a value of the wrong type or out of
    /// range; values that contradict each other. Names file, line and key.
    /// </exception>
    public static Recipe Load(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        return Presets.Contains(nameOrPath)
            ? Preset(nameOrPath)
            : Parse(ReadFile(nameOrPath), nameOrPath);
    }

    /// <summary>Reads a recipe from a file's content.</summary>
    /// <param name="bytes">UTF-8, with or without byte order mark.</param>
    /// <param name="origin">The file's name, for errors; ending in <c>.json</c> it says that the content is JSON.</param>
    /// <exception cref="UserErrorException">As <see cref="Load"/>, but for a missing file.</exception>
    public static Recipe Parse(ReadOnlySpan<byte> bytes, string origin)
    {
        var root = RecipeSyntax.Read(bytes, origin);
        var binder = new RecipeBinder(origin);
        var basis = root.Entries.FirstOrDefault(e => e.Key == Extends) is { } extends ? Basis(extends, origin) : new Recipe();
        // Without a name of its own, a file that changes a preset must not pass for the preset.
        var stem = Path.GetFileNameWithoutExtension(origin);
        var recipe = binder.Bind(basis with { Name = stem.Length is > 0 and <= 64 ? stem : "custom" }, root, Extends);
        return RecipeRules.FirstBroken(recipe) is { } broken
            ? throw new UserErrorException(
                $"{origin}:{binder.LineOf(broken.Path) ?? binder.LineOf(broken.Against) ?? 1}: " +
                $"'{broken.Path}' {broken.Problem}.")
            : recipe;
    }

    /// <summary>Every value of a recipe as YAML; <see cref="Load"/> reads the same recipe back.</summary>
    public static string ToYaml(Recipe recipe)
    {
        var yaml = new StringBuilder();
        Write(yaml, JsonSerializer.SerializeToNode(recipe, RecipeJson.Default.Recipe)!.AsObject(), indent: 0);
        return yaml.ToString();
    }

    /// <summary>Every value of a recipe as indented JSON; <see cref="Load"/> reads the same recipe back.</summary>
    public static string ToJson(Recipe recipe) => JsonSerializer.Serialize(recipe, RecipeJson.Default.Recipe) + "\n";

    /// <summary>SHA-256, lower-case hexadecimal, of <see cref="ToJson"/>: equal for equal recipes, however written.</summary>
    public static string Hash(Recipe recipe) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson(recipe))));

    private static string Known => string.Join(", ", Presets);

    private static Recipe Preset(string name)
    {
        var resource = $"{typeof(RecipeFile).Namespace}.{name}.yaml";
        using var stream = typeof(RecipeFile).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The embedded recipe '{name}' is missing.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return Parse(copy.ToArray(), $"{name}.yaml");
    }

    private static Recipe Basis(RecipeNode.Entry extends, string origin) =>
        extends.Value is RecipeNode.Scalar { Text: var name } && Presets.Contains(name)
            ? Preset(name)
            : throw new UserErrorException(
                $"{origin}:{extends.Line}: '{Extends}' must name a built-in recipe, not {extends.Value.Describe()}. " +
                $"Known are {Known}.");

    private static byte[] ReadFile(string path)
    {
        if (Directory.Exists(path))
            throw new UserErrorException($"{path}: is a folder. Name a recipe file, or a built-in recipe: {Known}.");
        if (!File.Exists(path))
            throw new UserErrorException($"{path}: no such recipe file. Check the path, or name a built-in recipe: {Known}.");
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxBytes
                ? bytes[..length]
                : throw new UserErrorException($"{path}: larger than 1 MiB, so not a recipe. Name a recipe file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: can't be read: {e.Message.ReplaceLineEndings(" ")} Check its permissions.", e);
        }
    }

    // Patterns for modules are keys, too.
    private static string Key(string key) => key.All(char.IsAsciiLetterOrDigit) ? key : JsonValue.Create(key).ToJsonString();

    private static void Write(StringBuilder yaml, JsonObject values, int indent)
    {
        foreach (var (key, value) in values)
        {
            yaml.Append(' ', indent).Append(Key(key)).Append(':');
            if (value is JsonObject { Count: > 0 } group)
                Write(yaml.Append('\n'), group, indent + 2);
            else
                yaml.Append(' ').Append(value?.ToJsonString() ?? "null").Append('\n'); // in one line, JSON is YAML
        }
    }
}
