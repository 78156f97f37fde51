using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;
using Sgasa.Coordinator.Tests.Rounds;

namespace Sgasa.Coordinator.Tests.Progress;

public sealed class RoundFeedTests : IDisposable
{
    private readonly TemporaryStores _stores = TemporaryStores.Open();
    private readonly FakeTimeProvider _time = new();
    private readonly RoundFeed _feed;

    public RoundFeedTests() => _feed = new RoundFeed(_stores.Rounds, _stores.Jobs, _time, NullLogger<RoundFeed>.Instance);

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

        _feed.Advance(Answers.Decide(start, Answers.Guideline(0, 0, verified: true)).State, version: 2);
        _feed.Advance(RoundDecider.Cancel(start.State).State, version: 3);

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

    [Fact]
    public async Task Watch_RoundThatAnotherProcessAdvances_SeesItInTheStore()
    {
        var start = Some.Started();
        await StoreAsync(start.State);
        await using var watch = _feed.WatchAsync(Some.RoundId, Ct).GetAsyncEnumerator(Ct);
        await watch.MoveNextAsync();
        await StoreAsync(RoundDecider.Cancel(start.State).State, version: 1);

        var next = watch.MoveNextAsync();
        _time.Advance(RoundFeed.LookInterval);

        (await next).ShouldBeTrue();
        watch.Current.Status.ShouldBe(RoundStatus.Cancelled);
    }

    [Fact]
    public async Task Watch_EndedRoundWhoseResultsAnotherProcessStillStores_WaitsForThem()
    {
        var cancelled = RoundDecider.Cancel(Some.Started().State);
        var stored = new StoredRound { State = cancelled.State }.With(cancelled);
        await _stores.Rounds.TrySaveAsync(stored.Write(0, DateTimeOffset.UnixEpoch), Ct);
        await using var watch = _feed.WatchAsync(Some.RoundId, Ct).GetAsyncEnumerator(Ct);

        var first = watch.MoveNextAsync();
        var waited = !first.IsCompleted;
        await _stores.Rounds.TrySaveAsync(stored.Sent(long.MaxValue).Write(1, DateTimeOffset.UnixEpoch), Ct);
        while (!first.IsCompleted) await Advanced();

        waited.ShouldBeTrue();
        (await first).ShouldBeTrue();
        watch.Current.Status.ShouldBe(RoundStatus.Cancelled);
    }

    [Fact]
    public async Task Watch_TrainingOfAnotherProcess_ShowsItsSteps()
    {
        var training = new Simulation(Some.Started(), new Workers()).RunUntil<TrainCheckpoint>().State;
        await StoreAsync(training);
        await using var watch = _feed.WatchAsync(Some.RoundId, Ct).GetAsyncEnumerator(Ct);
        await watch.MoveNextAsync();
        await _stores.Jobs.AddAsync(
            new TrainingJobRecord
            {
                Id = ArtifactIds.Checkpoint(Some.RoundId, Stage.Sft),
                Specification = "{}",
                Status = TrainingJobStatus.Running,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Step = 3,
                Steps = 9,
            },
            Ct);

        var next = watch.MoveNextAsync();
        _time.Advance(RoundFeed.LookInterval);

        (await next).ShouldBeTrue();
        var sft = watch.Current.Stages.Single(s => s.Stage == ProgressStage.Sft);
        (sft.Done, sft.Of).ShouldBe((3, 9));
    }

    [Fact]
    public async Task Advance_OlderVersion_IsNoNews()
    {
        var start = Some.Started();
        await StoreAsync(start.State);
        await using var watch = _feed.WatchAsync(Some.RoundId, Ct).GetAsyncEnumerator(Ct);
        await watch.MoveNextAsync();

        _feed.Advance(RoundDecider.Cancel(start.State).State, version: 4);
        _feed.Advance(start.State, version: 3);

        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Status.ShouldBe(RoundStatus.Cancelled);
    }

    public void Dispose() => _stores.Dispose();

    private async Task Advanced()
    {
        _time.Advance(RoundFeed.LookInterval);
        await Task.Yield();
    }

    private Task<bool> StoreAsync(RoundState state, long version = 0) =>
        _stores.Rounds.TrySaveAsync(new StoredRound { State = state }.Write(version, DateTimeOffset.UnixEpoch), Ct);
}
