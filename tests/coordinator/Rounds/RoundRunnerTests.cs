using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting.Bus;

namespace Sgasa.Coordinator.Tests.Rounds;

public sealed class RoundRunnerTests : IDisposable
{
    private readonly TemporaryStores _stores = TemporaryStores.Open();
    private readonly Sender _sender = new();
    private readonly FakeTimeProvider _time = new();
    private readonly BusOptions _bus = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Begin_NewRound_StoresItAndSendsItsMessagesOnce()
    {
        var start = Some.Started();

        (await Runner().BeginAsync(start, DateTimeOffset.UnixEpoch, Ct)).ShouldBeTrue();

        _sender.Sent.Count.ShouldBe(start.Messages.Count);
        (await StoredAsync()).Outbox.ShouldBeEmpty();
    }

    [Fact]
    public async Task Resend_TwoCoordinatorsWithABrokerAtOnce_AskOnce()
    {
        _bus.Transport = BusTransport.RabbitMq;
        var start = Some.Started();
        await Runner().BeginAsync(start, DateTimeOffset.UnixEpoch, Ct);
        _sender.Sent.Clear();

        await Task.WhenAll(Runner().ResendAsync(Some.RoundId, Ct), Runner().ResendAsync(Some.RoundId, Ct));

        _sender.Sent.Count.ShouldBe(RoundDecider.Outstanding(start.State).Count);
    }

    [Fact]
    public async Task Resend_ALongTimeAfterTheLast_AsksAgain()
    {
        _bus.Transport = BusTransport.RabbitMq;
        await Runner().BeginAsync(Some.Started(), DateTimeOffset.UnixEpoch, Ct);
        await Runner().ResendAsync(Some.RoundId, Ct);
        _sender.Sent.Clear();
        _time.Advance(RoundRunner.ResendInterval);

        await Runner().ResendAsync(Some.RoundId, Ct);

        _sender.Sent.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Resend_WithoutABroker_AsksEveryTime()
    {
        await Runner().BeginAsync(Some.Started(), DateTimeOffset.UnixEpoch, Ct);
        await Runner().ResendAsync(Some.RoundId, Ct);
        _sender.Sent.Clear();

        await Runner().ResendAsync(Some.RoundId, Ct);

        _sender.Sent.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Begin_RoundThatIsThere_ChangesNothing()
    {
        await Runner().BeginAsync(Some.Started(), DateTimeOffset.UnixEpoch, Ct);
        _sender.Sent.Clear();

        (await Runner().BeginAsync(Some.Started(), DateTimeOffset.UnixEpoch, Ct)).ShouldBeFalse();

        _sender.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Begin_DiesWhileSending_LeavesTheMessagesForTheNextStart()
    {
        _sender.FailAfter = 3;
        await Should.ThrowAsync<IOException>(() => Runner().BeginAsync(Some.Started(), DateTimeOffset.UnixEpoch, Ct));
        _sender.FailAfter = int.MaxValue;

        await Runner().ResendAsync(Some.RoundId, Ct);

        _sender.Sent.OfType<AugmentPrompts>().Select(c => (c.Label, c.Batch)).Distinct().Count().ShouldBe(4);
        (await StoredAsync()).Outbox.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_DiesWhileSending_TheRepeatedEventSendsWhatWasLeft()
    {
        await Runner().BeginAsync(Some.Started(), DateTimeOffset.UnixEpoch, Ct);
        _sender.Sent.Clear();
        _sender.FailAfter = 0;
        await Should.ThrowAsync<IOException>(() => ApplyAsync(Answers.Guideline(0, 0, verified: false)));
        _sender.FailAfter = int.MaxValue;

        await ApplyAsync(Answers.Guideline(0, 0, verified: false));

        _sender.Sent.ShouldHaveSingleItem().ShouldBeOfType<SynthesizeGuideline>().Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task Apply_EventThatChangesNothing_WritesNothing()
    {
        await Runner().BeginAsync(Some.Started(), DateTimeOffset.UnixEpoch, Ct);
        var before = await _stores.Rounds.FindAsync(Some.RoundId, Ct);

        await ApplyAsync(Answers.Guideline(0, 5, verified: true));

        (await _stores.Rounds.FindAsync(Some.RoundId, Ct)).ShouldBe(before);
    }

    [Fact]
    public async Task Apply_AnotherProcessSavedFirst_DecidesAgainOnItsState()
    {
        await Runner().BeginAsync(Some.Started(), DateTimeOffset.UnixEpoch, Ct);
        var interfered = false;

        var state = await Runner().ApplyAsync(
            Some.RoundId,
            round =>
            {
                if (!interfered)
                {
                    interfered = true;
                    ApplyAsync(Answers.Guideline(1, 0, verified: true)).GetAwaiter().GetResult();
                }

                return RoundDecider.Decide(round, Answers.Guideline(0, 0, verified: true));
            },
            Ct);

        state.ShouldNotBeNull().Guidelines.ShouldAllBe(g => g.VerifiedId != null);
        (await StoredAsync()).State.Guidelines.ShouldAllBe(g => g.VerifiedId != null);
    }

    [Fact]
    public async Task Apply_UnknownRound_GivesNull() => (await ApplyAsync(Answers.Guideline(0, 0, verified: true))).ShouldBeNull();

    [Fact]
    public async Task Resend_RunningRound_AsksForAllOutstandingWorkAgain()
    {
        var start = Some.Started();
        await Runner().BeginAsync(start, DateTimeOffset.UnixEpoch, Ct);
        _sender.Sent.Clear();

        await Runner().ResendAsync(Some.RoundId, Ct);

        _sender.Sent.Count.ShouldBe(RoundDecider.Outstanding(start.State).Count);
    }

    [Fact]
    public async Task Apply_CancelWhileTheRoundTrains_CancelsItsJobBeforeAnybodyIsTold()
    {
        var round = new Simulation(Some.Started(), new Workers()).RunUntil<TrainCheckpoint>();
        await Runner().BeginAsync(new Decision(round.State, []), DateTimeOffset.UnixEpoch, Ct);
        var job = ArtifactIds.Checkpoint(Some.RoundId, Stage.Sft);
        await _stores.Jobs.AddAsync(
            new TrainingJobRecord
            {
                Id = job,
                Specification = "{}",
                Status = TrainingJobStatus.Queued,
                CreatedAt = DateTimeOffset.UnixEpoch,
            },
            Ct);
        await _stores.Jobs.LeaseNextAsync("a trainer", TimeSpan.FromMinutes(1), Ct);
        _sender.FailAfter = 0;

        await Should.ThrowAsync<IOException>(() => Runner().ApplyAsync(Some.RoundId, RoundDecider.Cancel, Ct));

        (await _stores.Jobs.FindAsync(job, Ct)).ShouldNotBeNull().Status.ShouldBe(TrainingJobStatus.Cancelled);
        (await _stores.Rounds.FindStatusAsync(Some.RoundId, Ct)).ShouldBe(nameof(RoundStatus.Cancelled));
    }

    [Fact]
    public void Running_TheWordOfTheStore_IsTheStatus() => nameof(RoundStatus.Running).ShouldBe(RoundDocument.Running);

    [Fact]
    public async Task Resend_OutboxOfAnOlderProgram_LeavesOutWhatNobodyListensTo()
    {
        await Runner().BeginAsync(Some.Started(), DateTimeOffset.UnixEpoch, Ct);
        var document = (await _stores.Rounds.FindAsync(Some.RoundId, Ct))!;
        var old = new OutboxMessage { Number = 99, Kind = "AttackLogged", Body = JsonSerializer.SerializeToElement("old") };
        var stored = StoredRound.Read(document) with { Outbox = [old] };
        await _stores.Rounds.TrySaveAsync(stored.Write(document.Version, document.CreatedAt), Ct);

        await Runner().ResendAsync(Some.RoundId, Ct);

        (await StoredAsync()).Outbox.ShouldBeEmpty();
    }

    public void Dispose() => _stores.Dispose();

    private Task<RoundState?> ApplyAsync(IRoundAnswer message) =>
        Runner().ApplyAsync(Some.RoundId, state => RoundDecider.Decide(state, message), Ct);

    /// <summary>A new one each time, as in another process.</summary>
    private RoundRunner Runner() => new(
        _stores.Rounds,
        new MessageDispatcher(_sender, _stores.Artifacts, _stores.Jobs),
        new RoundFeed(_stores.Rounds, _stores.Jobs, _time, NullLogger<RoundFeed>.Instance),
        Options.Create(_bus),
        _time,
        NullLogger<RoundRunner>.Instance);

    private async Task<StoredRound> StoredAsync() =>
        StoredRound.Read((await _stores.Rounds.FindAsync(Some.RoundId, Ct)).ShouldNotBeNull());

    /// <summary>Remembers messages, and breaks after some of them.</summary>
    private sealed class Sender : IMessageSender
    {
        public List<object> Sent { get; } = [];

        public int FailAfter { get; set; } = int.MaxValue;

        public Task SendAsync(object command, CancellationToken cancellationToken) => DispatchAsync(command, cancellationToken);

        public Task DispatchAsync(object message, CancellationToken cancellationToken)
        {
            if (Sent.Count >= FailAfter) throw new IOException("The connection broke.");
            Sent.Add(message);
            return Task.CompletedTask;
        }
    }
}
