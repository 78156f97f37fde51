using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Sgasa.Hosting.Telemetry;

/// <summary>
/// The one trace of a round. Its id follows from the round's, so that every service finds it by itself, days later and
/// after any restart; the span that all others lie under is a name only, since no process lives as long as a round.
/// </summary>
public static class RoundTrace
{
    /// <summary>The tag that names a span's round.</summary>
    public const string RoundTag = "sgasa.round.id";

    /// <summary>The context that the spans of a round lie under.</summary>
    public static ActivityContext ContextOf(string roundId)
    {
        ArgumentNullException.ThrowIfNull(roundId);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(roundId)).AsSpan();
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(hash[..16]),
            ActivitySpanId.CreateFromBytes(hash[16..24]),
            ActivityTraceFlags.Recorded,
            isRemote: true);
    }

    /// <summary>
    /// Starts a span of the round, linked to the span that it came from, e.g. the request or the message that caused it.
    /// Null where nobody listens, and for an empty id, which is no round's.
    /// </summary>
    public static Activity? Start(
        string name, string roundId, ActivityKind kind = ActivityKind.Internal, DateTimeOffset startTime = default)
    {
        ArgumentNullException.ThrowIfNull(roundId);
        if (roundId.Length == 0 || !SgasaTelemetry.Spans.HasListeners()) return null;

        ActivityLink[] links = Activity.Current is { IdFormat: ActivityIdFormat.W3C } cause ? [new(cause.Context)] : [];
        return SgasaTelemetry.Spans.StartActivity(name, kind, ContextOf(roundId), [new(RoundTag, roundId)], links, startTime);
    }

    /// <summary>Starts a span of the round, unless what is going on is in its trace already.</summary>
    public static Activity? Enter(string name, string roundId)
    {
        ArgumentNullException.ThrowIfNull(roundId);
        return Activity.Current?.TraceId is { } current && roundId.Length > 0 && current == ContextOf(roundId).TraceId
            ? null
            : Start(name, roundId);
    }
}
