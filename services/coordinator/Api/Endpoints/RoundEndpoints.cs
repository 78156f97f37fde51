using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Sgasa.Api;
using Sgasa.Coordinator.Api.Security;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Api.Endpoints;

/// <summary>Rounds: started, listed, shown, followed and stopped.</summary>
internal static class RoundEndpoints
{
    private const int LongestPage = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/rounds", StartAsync)
            .WithName("StartRound")
            .WithSummary("Starts a round, or goes on with the one that the same submission made before.")
            .RequireRateLimiting(ApiLimits.Intake);
        api.MapGet("/rounds", ListAsync)
            .WithName("ListRounds")
            .WithSummary("Rounds, newest first: all, or with limit at most so many, those behind the round named by after.");
        api.MapGet("/rounds/{id}", FindAsync).WithName("GetRound").WithSummary("A round with its progress and results.");
        api.MapGet("/rounds/{id}/events", WatchAsync)
            .WithName("WatchRound")
            .WithSummary("A round's progress as server-sent events, each a whole snapshot, until the round has ended.");
        api.MapPost("/rounds/{id}/cancel", CancelAsync).WithName("CancelRound").WithSummary("Stops a running round.");
    }

    private static async Task<Results<Created<SubmittedRound>, Ok<SubmittedRound>>> StartAsync(
        RoundSubmission submission, RoundSubmissions submissions, IRoundService rounds, CancellationToken ct)
    {
        var request = await submissions.ReadAsync(submission, ct);
        var known = await rounds.FindAsync(rounds.IdOf(request), ct) is not null;
        var round = new SubmittedRound { Id = await rounds.StartAsync(request, ct), Begun = !known };
        return known ? TypedResults.Ok(round) : TypedResults.Created($"{ApiRoot.Path}/rounds/{round.Id}", round);
    }

    private static async Task<Ok<IReadOnlyList<RoundSummary>>> ListAsync(
        IRoundService rounds, int? limit, string? after, CancellationToken ct) =>
        TypedResults.Ok(limit is null && after is null
            ? await rounds.ListAsync(ct)
            : await rounds.PageAsync(
                Math.Clamp(limit ?? LongestPage, 1, LongestPage), after is null ? null : ApiIds.Id(after), ct));

    private static async Task<Ok<RoundDetails>> FindAsync(string id, IRoundService rounds, CancellationToken ct) =>
        TypedResults.Ok(await rounds.FindAsync(ApiIds.Id(id), ct) ?? throw new RoundNotFoundException(id));

    private static async Task<Ok<CancelledRound>> CancelAsync(string id, IRoundService rounds, CancellationToken ct) =>
        TypedResults.Ok(new CancelledRound(id, await rounds.CancelAsync(ApiIds.Id(id), ct)));

    private static async Task<ServerSentEventsResult<RoundProgress>> WatchAsync(
        string id,
        HttpContext context,
        IRoundService rounds,
        IRoundFeed feed,
        IOptions<ApiOptions> options,
        IHostApplicationLifetime lifetime,
        TimeProvider time)
    {
        // Asked for before the answer begins: an unknown round is a 404 and no stream.
        if (await rounds.FindAsync(ApiIds.Id(id), context.RequestAborted) is null) throw new RoundNotFoundException(id);

        // A proxy that collects the answer would hold the news back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(
            EventsAsync(feed, id, options.Value.Heartbeat, time, lifetime.ApplicationStopping, context.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<RoundProgress>> EventsAsync(
        IRoundFeed feed,
        string id,
        TimeSpan heartbeat,
        TimeProvider time,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A host that stops ends its streams: their readers ask again, another replica perhaps.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        await using var news = feed.WatchAsync(id, end.Token).GetAsyncEnumerator(end.Token);
        RoundProgress? last = null;
        var next = NextAsync(news, stopping);
        while (true)
        {
            if (last is not null && await IsSilentAsync(next, heartbeat, time, end.Token))
            {
                yield return new SseItem<RoundProgress>(last, ApiRoot.ProgressEvent);
                continue;
            }

            if (!await next) yield break;

            last = news.Current;
            yield return new SseItem<RoundProgress>(last, ApiRoot.ProgressEvent);
            next = NextAsync(news, stopping);
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<RoundProgress> news, CancellationToken stopping)
    {
        try
        {
            return await news.MoveNextAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> IsSilentAsync(Task next, TimeSpan heartbeat, TimeProvider time, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var silence = Task.Delay(heartbeat, time, enough.Token);
        var first = await Task.WhenAny(next, silence);
        await enough.CancelAsync();
        return first == silence && !ct.IsCancellationRequested;
    }
}
