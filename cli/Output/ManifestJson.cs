using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sgasa.Cli.Reports;

namespace Sgasa.Cli.Output;

/// <summary>How the files about a round are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RoundManifest))]
[JsonSerializable(typeof(RoundReport))]
internal sealed partial class ManifestJson : JsonSerializerContext
{
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
        public static readonly ManifestJson ManyLines = new(new JsonSerializerOptions(Default.Options)
        {
            // The files are data, not parts of web pages: letters stay letters.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = true,
            NewLine = "\n",
        });
    }
}
