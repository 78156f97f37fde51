using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Sgasa.Api;
using Sgasa.Api.Files;
using Sgasa.AttackLogs.Formats;
using Sgasa.Coordinator.Api.Problems;
using Sgasa.Coordinator.Api.Security;
using Sgasa.Coordinator.Intake;

namespace Sgasa.Coordinator.Api.Endpoints;

/// <summary>Attack logs: taken in as a stream, however long they are.</summary>
internal static class LogEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/logs", TakeAsync)
            .WithName("TakeLog")
            .WithSummary($"Takes an attack log in: {LogFormats.Names}, checked line by line. The same log has the same id.")
            .RequireRateLimiting(ApiLimits.Intake);
        api.MapGet("/logs/{id}", FindAsync).WithName("GetLog").WithSummary("A log that was taken in whole.");
    }

    private static async Task<Created<AttackLog>> TakeAsync(
        HttpContext context, AttackLogIntake intake, IOptions<ApiOptions> options, string? name)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = options.Value.MaxLogBytes;

        var type = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed.MediaType.Value : null;
        var types = string.Join(" or ", LogFormats.All.Select(f => f.MediaTypes[0]));
        var format = LogFormats.OfMediaType(type) ?? throw new ApiRefusedException(
            StatusCodes.Status415UnsupportedMediaType,
            $"An attack log has the content type {types}. Send it with one of these.");
        var log = await intake.TakeAsync(
            context.Request.Body, ApiIds.Name(name ?? "log" + format.Extensions[0]), format, context.RequestAborted);
        return TypedResults.Created($"{ApiRoot.Path}/logs/{log.Id}", log);
    }

    private static async Task<Ok<AttackLog>> FindAsync(string id, AttackLogIntake intake, CancellationToken ct) =>
        TypedResults.Ok(await intake.FindAsync(ApiIds.Id(id), ct) ?? throw new ApiRefusedException(
            StatusCodes.Status404NotFound, $"There is no complete log '{id}'. Send the log first, or again where it broke off."));
}
