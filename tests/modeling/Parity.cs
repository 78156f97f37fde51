using System.Text.Json;

namespace Sgasa.Modeling.Tests;

/// <summary>The golden models, and the values that the reference implementation computed from them.</summary>
internal static class Parity
{
    public static readonly string[] Models = ["qwen2-r1", "qwen3", "llama-deep", "llama3-rope"];

    public static TheoryData<string> EachModel => [.. Models];

    /// <summary>A file or folder of one golden model.</summary>
    public static string PathOf(string model, params ReadOnlySpan<string> parts) =>
        Path.Combine([AppContext.BaseDirectory, "fixtures", "hf-parity", model, .. parts]);

    /// <summary>The model's <c>expected.json</c>.</summary>
    public static JsonElement Expected(string model) =>
        JsonDocument.Parse(File.ReadAllBytes(PathOf(model, "expected.json"))).RootElement;
}
