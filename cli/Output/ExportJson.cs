using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sgasa.Cli.Reports;

namespace Sgasa.Cli.Output;

/// <summary>How exported files are written: camelCase, but for TRL's names, which are lower-case words anyway.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SftLine))]
[JsonSerializable(typeof(PreferenceLine))]
[JsonSerializable(typeof(GuidelineLine))]
[JsonSerializable(typeof(PromptLine))]
[JsonSerializable(typeof(ResponseLine))]
[JsonSerializable(typeof(RoundManifest))]
[JsonSerializable(typeof(RoundReport))]
internal sealed partial class ExportJson : JsonSerializerContext
{
    /// <summary>One line of JSON.</summary>
    public static string Line<T>(T value) => JsonSerializer.Serialize(value, typeof(T), Written.OneLine);

    /// <summary>JSON for people.</summary>
    public static string Indented<T>(T value) => JsonSerializer.Serialize(value, typeof(T), Written.ManyLines);

    /// <summary>Reads a manifest; null where it is damaged.</summary>
    public static RoundManifest? ReadManifest(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.RoundManifest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A class of its own: the order in which the parts of this one are initialised is nobody's promise.
    private static class Written
    {
        public static readonly ExportJson OneLine = new(Settings(indented: false));
        public static readonly ExportJson ManyLines = new(Settings(indented: true));

        private static JsonSerializerOptions Settings(bool indented) => new(Default.Options)
        {
            // The files are data, not parts of web pages: letters stay letters.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = indented,
            NewLine = "\n",
        };
    }
}
