using System.Net.Mime;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Sgasa.Coordinator.Intake;

namespace Sgasa.Coordinator.Api;

/// <summary>Attack logs: taken in as a stream, however long they are.</summary>
internal static class LogEndpoints
{
    private static readonly string[] JsonLines = ["application/x-ndjson", "application/jsonl", "application/x-jsonlines"];
    private static readonly string[] Csv = [MediaTypeNames.Text.Csv];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/logs", TakeAsync)
            .WithName("TakeLog")
            .WithSummary("Takes an attack log in: JSON Lines or CSV, checked line by line. The same log has the same id.")
            .RequireRateLimiting(CoordinatorApi.IntakeLimit);
        api.MapGet("/logs/{id}", FindAsync).WithName("GetLog").WithSummary("A log that was taken in whole.");
    }

    private static async Task<Created<AttackLog>> TakeAsync(
        HttpContext context, AttackLogIntake intake, IOptions<ApiOptions> options, string? name)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = options.Value.MaxLogBytes;

        var type = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed.MediaType.Value : null;
        var csv = Csv.Contains(type, StringComparer.OrdinalIgnoreCase);
        if (!csv && !JsonLines.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw new ApiRefusedException(
                StatusCodes.Status415UnsupportedMediaType,
                $"An attack log has the content type {JsonLines[0]} or {Csv[0]}. Send it with one of these.");
        }

        var log = await intake.TakeAsync(
            context.Request.Body, ApiIds.Name(name ?? (csv ? "log.csv" : "log.jsonl")), csv, context.RequestAborted);
        return TypedResults.Created($"{CoordinatorApi.Root}/logs/{log.Id}", log);
    }

    private static async Task<Ok<AttackLog>> FindAsync(string id, AttackLogIntake intake, CancellationToken ct) =>
        TypedResults.Ok(await intake.FindAsync(ApiIds.Id(id), ct) ?? throw new ApiRefusedException(
            StatusCodes.Status404NotFound, $"There is no complete log '{id}'. Send the log first, or again where it broke off."));
}
