using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Sgasa.Api;

namespace Sgasa.Cli.Reports;

/// <summary>The objects that <c>--json</c> prints, each on one line: the reports here, and what the API tells.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FailureReport))]
[JsonSerializable(typeof(RoundReport))]
[JsonSerializable(typeof(RoundList))]
[JsonSerializable(typeof(CancelReport))]
[JsonSerializable(typeof(FaultList))]
[JsonSerializable(typeof(EvaluationReport))]
[JsonSerializable(typeof(GenerationReport))]
[JsonSerializable(typeof(TrainReport))]
[JsonSerializable(typeof(ModelReport))]
[JsonSerializable(typeof(VerificationReport))]
[JsonSerializable(typeof(WrittenModelReport))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>The report as one line of JSON.</summary>
    public static string Write<T>(T report) => JsonSerializer.Serialize(report, Written.Readable.GetTypeInfo(typeof(T)));

    // A class of its own: the order in which the parts of this one are initialised is nobody's promise.
    private static class Written
    {
        // For terminals and jq, not for web pages: letters stay letters.
        public static readonly JsonSerializerOptions Readable = new(Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = JsonTypeInfoResolver.Combine(Default, ApiJson.Default),
        };
    }
}
