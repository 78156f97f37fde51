using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sgasa.Api;
using Sgasa.Api.Rounds;

namespace Sgasa.Cli.Remote;

/// <summary>Follows a server's round to its end, over broken connections and restarted servers.</summary>
/// <param name="api">The server's API.</param>
/// <param name="server">Where it is.</param>
/// <param name="tell">Says to the user what happens to the connection.</param>
/// <param name="time">The clock.</param>
internal sealed class RoundWatch(CoordinatorClient api, ServerAddress server, Action<string> tell, TimeProvider time)
{
    /// <summary>Longest silence before a connection counts as broken: the server repeats itself more often.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);

    /// <summary>The round's progress until it has ended.</summary>
    /// <exception cref="ServerFaultException">The server stayed away for ten minutes.</exception>
    public async IAsyncEnumerable<RoundProgress> ShowAsync(
        string roundId, [EnumeratorCancellation] CancellationToken cancellationToken)
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
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                if (!IsBroken(fault)) throw ServerFaults.Of(fault, server) ?? fault;
                if (lostAt is { } since && time.GetElapsedTime(since) >= GiveUpAfter)
                {
                    throw new ServerFaultException(
                        $"{server}: the server stays away. Round {roundId} goes on there; the same command " +
                        "follows it again.",
                        fault);
                }
            }

            if (lostAt is null)
                tell($"The connection to {server} is broken; round {roundId} goes on there. Trying again …");
            lostAt ??= time.GetTimestamp();
            await Task.Delay(pause, time, ct);
            pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, 2 * pause.Ticks));
        }

        async Task<bool> ReadAsync()
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
            silence.CancelAfter(Silence);
            await foreach (var progress in api.WatchRoundAsync(roundId, silence.Token))
            {
                if (lostAt is not null) tell("Connected again.");
                (pause, lostAt) = (FirstPause, null);
                silence.CancelAfter(Silence);
                await news.WriteAsync(progress, ct);
                if (progress.Status != RoundStatus.Running) return true;
            }

            // The server stops, or a proxy has had enough: the round has not ended.
            return false;
        }
    }

    // Too many connections at once, a server that starts, a proxy without one: all of them pass.
    private bool IsBroken(Exception fault) =>
        fault is IOException or OperationCanceledException || ServerFaults.Of(fault, server) is ServerFaultException;
}
