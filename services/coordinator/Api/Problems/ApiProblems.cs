using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Grpc.Core;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;
using HttpResults = Microsoft.AspNetCore.Http.Results;

namespace Sgasa.Coordinator.Api.Problems;

/// <summary>Faults as problem documents (RFC 9457): the status, what is wrong, where, and what to do.</summary>
internal static partial class ApiProblems
{
    /// <summary>The status that a fault ends in.</summary>
    public static int StatusOf(Exception fault) => fault switch
    {
        ApiRefusedException refused => refused.Status,
        RoundNotFoundException => StatusCodes.Status404NotFound,
        UserErrorException => StatusCodes.Status400BadRequest,
        BadHttpRequestException bad => bad.StatusCode,
        ModelUnavailableException or RpcException => StatusCodes.Status503ServiceUnavailable,
        _ when TransientFaults.IsTransient(fault) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The problem document of a fault.</summary>
    public static IResult Of(Exception fault, string traceId)
    {
        var status = StatusOf(fault);
        var detail = Detail(fault, status, traceId);
        // What a reader of logs and recipes says begins with its place: 'log.jsonl:3: …'.
        var place = Place().Match(detail);
        var more = place.Success
            ? new Dictionary<string, object?>
            {
                ["origin"] = place.Groups["origin"].Value,
                ["line"] = int.Parse(place.Groups["line"].Value, CultureInfo.InvariantCulture),
            }
            : null;
        return HttpResults.Problem(detail, statusCode: status, title: Title(status), extensions: more);
    }

    /// <summary>The problem document of what routing, binding and authorization refuse without a word.</summary>
    public static IResult Of(int status) => Of(new ApiRefusedException(status, DetailOf(status)), traceId: "");

    private static string Detail(Exception fault, int status, string traceId) => fault switch
    {
        ApiRefusedException or UserErrorException or ModelUnavailableException => fault.Message,
        BadHttpRequestException { InnerException: JsonException json } =>
            $"The body is not the JSON that is asked for{Where(json)}. Correct it there.",
        BadHttpRequestException when status == StatusCodes.Status413PayloadTooLarge => DetailOf(status),
        BadHttpRequestException => fault.Message,
        _ when status == StatusCodes.Status503ServiceUnavailable =>
            "A service that this needs does not answer. Try again shortly.",
        _ => $"Something broke that is not yours to mend. The coordinator's log says more under '{traceId}'.",
    };

    private static string DetailOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized =>
            "The API asks for a key. Send it as 'Authorization: Bearer KEY'; the tool takes it from SGASA_API_KEY or " +
            "--api-key-file.",
        StatusCodes.Status403Forbidden => "This key may only read. Use one that may write.",
        StatusCodes.Status404NotFound => "The API has no such address.",
        StatusCodes.Status405MethodNotAllowed => "The address knows no such method.",
        StatusCodes.Status413PayloadTooLarge =>
            "The body is longer than allowed. Send less at once, or raise Api:MaxLogBytes for logs and " +
            "Api:MaxRequestBytes for the rest.",
        StatusCodes.Status415UnsupportedMediaType => "The body is not of a type that the address takes. Send application/json.",
        _ => Title(status),
    };

    private static string Where(JsonException fault)
    {
        var field = fault.Path is { Length: > 1 } path ? $", at '{path.TrimStart('$', '.')}'" : "";
        return fault.LineNumber is { } line ? $"{field}, in line {line + 1}" : field;
    }

    private static string Title(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request is wrong.",
        StatusCodes.Status401Unauthorized => "A key is needed.",
        StatusCodes.Status403Forbidden => "Not allowed.",
        StatusCodes.Status404NotFound => "Not found.",
        StatusCodes.Status409Conflict => "Not as things stand.",
        StatusCodes.Status413PayloadTooLarge => "Too large.",
        StatusCodes.Status429TooManyRequests => "Too many requests.",
        StatusCodes.Status503ServiceUnavailable => "Not available just now.",
        StatusCodes.Status500InternalServerError => "A fault inside.",
        _ => "The request can't be answered.",
    };

    [GeneratedRegex(@"^(?<origin>[^:\r\n]{1,200}):(?<line>[0-9]{1,9}): ")]
    private static partial Regex Place();
}
