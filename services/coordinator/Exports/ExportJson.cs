using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sgasa.Coordinator.Exports;

/// <summary>How exported lines are written: camelCase, but for TRL's names, which are lower-case words anyway.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SftLine))]
[JsonSerializable(typeof(PreferenceLine))]
[JsonSerializable(typeof(GuidelineLine))]
[JsonSerializable(typeof(PromptLine))]
[JsonSerializable(typeof(ResponseLine))]
internal sealed partial class ExportJson : JsonSerializerContext
{
    /// <summary>One line of JSON.</summary>
    public static string Line<T>(T value) => JsonSerializer.Serialize(value, typeof(T), Written.OneLine);

    // A class of its own: the order in which the parts of this one are initialised is nobody's promise.
    private static class Written
    {
        public static readonly ExportJson OneLine = new(new JsonSerializerOptions(Default.Options)
        {
            // The files are data, not parts of web pages: letters stay letters.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }
}
