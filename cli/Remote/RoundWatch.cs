using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Threading.Channels;
using Sgasa.Coordinator;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Cli.Remote;

/// <summary>Follows a server's round to its end, over broken connections and restarted servers.</summary>
/// <param name="server">The server.</param>
/// <param name="tell">Says to the user what happens to the connection.</param>
/// <param name="time">The clock.</param>
internal sealed class RoundWatch(CoordinatorClient server, Action<string> tell, TimeProvider time)
{
    /// <summary>Longest silence before a connection counts as broken: the server repeats itself more often.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);

    /// <summary>The round's progress until it has ended.</summary>
    /// <exception cref="ServerFaultException">The server stayed away for ten minutes.</exception>
    public async IAsyncEnumerable<RoundProgress> ShowAsync(
        string roundId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var news = Channel.CreateBounded<RoundProgress>(1);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = FollowAsync(roundId, news.Writer, enough.Token);
        try
        {
            await foreach (var progress in news.Reader.ReadAllAsync(cancellationToken)) yield return progress;
        }
        finally
        {
            await enough.CancelAsync();
            await following;
        }
    }

    private async Task FollowAsync(string roundId, ChannelWriter<RoundProgress> news, CancellationToken ct)
    {
        try
        {
            await FollowToTheEndAsync(roundId, news, ct);
            news.TryComplete();
        }
        catch (Exception fault)
        {
            news.TryComplete(fault);
        }
    }

    private async Task FollowToTheEndAsync(string roundId, ChannelWriter<RoundProgress> news, CancellationToken ct)
    {
        var (pause, lostAt) = (FirstPause, (long?)null);
        while (true)
        {
            try
            {
                if (await ReadAsync()) return;
            }
            catch (Exception fault) when (IsBroken(fault, ct))
            {
                if (lostAt is { } since && time.GetElapsedTime(since) >= GiveUpAfter)
                {
                    throw new ServerFaultException(
                        $"{server.Server}: the server stays away. Round {roundId} goes on there; the same command " +
                        "follows it again.",
                        fault);
                }
            }

            if (lostAt is null)
                tell($"The connection to {server.Server} is broken; round {roundId} goes on there. Trying again …");
            lostAt ??= time.GetTimestamp();
            await Task.Delay(pause, time, ct);
            pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, 2 * pause.Ticks));
        }

        async Task<bool> ReadAsync()
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
            silence.CancelAfter(Silence);
            using var response = await server.OpenEventsAsync(roundId, silence.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(silence.Token);
            var events = SseParser.Create(
                stream, static (_, bytes) => JsonSerializer.Deserialize(bytes, CoordinatorJson.Default.RoundProgress)!);
            await foreach (var item in events.EnumerateAsync(silence.Token))
            {
                if (lostAt is not null) tell("Connected again.");
                (pause, lostAt) = (FirstPause, null);
                silence.CancelAfter(Silence);
                await news.WriteAsync(item.Data, ct);
                if (item.Data.Status != RoundStatus.Running) return true;
            }

            // The server stops, or a proxy has had enough: the round has not ended.
            return false;
        }
    }

    // Too many connections at once, a server that starts, a proxy without one: all of them pass.
    private static bool IsBroken(Exception fault, CancellationToken ct) =>
        !ct.IsCancellationRequested
        && fault is ServerFaultException or HttpRequestException or IOException or OperationCanceledException or JsonException;
}
