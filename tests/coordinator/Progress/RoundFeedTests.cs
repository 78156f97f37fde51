using Microsoft.Extensions.Time.Testing;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;
using Sgasa.Coordinator.Tests.Rounds;

namespace Sgasa.Coordinator.Tests.Progress;

public sealed class RoundFeedTests : IDisposable
{
    private readonly TemporaryStores _stores = TemporaryStores.Open();
    private readonly RoundFeed _feed;

    public RoundFeedTests() => _feed = new RoundFeed(_stores.Rounds, new FakeTimeProvider());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_RoundOfAnEarlierProcess_ShowsTheStoredState()
    {
        await StoreAsync(new Simulation(Some.Started(), new Workers()).Run().State);

        var seen = await _feed.WatchAsync(Some.RoundId, Ct).ToListAsync(Ct);

        seen.ShouldHaveSingleItem().Status.ShouldBe(RoundStatus.Completed);
    }

    [Fact]
    public async Task Watch_SlowReader_MissesSnapshotsButNeverTheLast()
    {
        var start = Some.Started();
        await StoreAsync(start.State);
        await using var watch = _feed.WatchAsync(Some.RoundId, Ct).GetAsyncEnumerator(Ct);
        await watch.MoveNextAsync();

        _feed.Advance(Answers.Decide(start, Answers.Guideline(0, 0, verified: true)).State);
        _feed.Advance(RoundDecider.Cancel(start.State).State);

        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Status.ShouldBe(RoundStatus.Cancelled);
        (await watch.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Watch_RoundThatCannotAdvance_ThrowsItsFault()
    {
        await StoreAsync(Some.Started().State);
        await using var watch = _feed.WatchAsync(Some.RoundId, Ct).GetAsyncEnumerator(Ct);
        await watch.MoveNextAsync();

        _feed.Fail(Some.RoundId, new IOException("Disk full."));

        (await Should.ThrowAsync<IOException>(async () => await watch.MoveNextAsync())).Message.ShouldBe("Disk full.");
    }

    public void Dispose() => _stores.Dispose();

    private Task<bool> StoreAsync(RoundState state) =>
        _stores.Rounds.TrySaveAsync(new StoredRound { State = state }.Write(0, DateTimeOffset.UnixEpoch), Ct);
}
