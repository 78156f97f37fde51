namespace Sgasa.Artifacts.Tests.Contract;

/// <summary>What every <see cref="ITrainingJobStore"/> does.</summary>
public abstract class TrainingJobStoreContract : StoreContract
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private ITrainingJobStore Store => Here.Jobs;

    [Fact]
    public async Task AddAsync_NewJob_StoresIt()
    {
        var job = Some.Job("j1") with { Steps = 7, Error = "none so far" };

        var added = await Store.AddAsync(job, Token);

        added.ShouldBe(job);
        (await There.Jobs.FindAsync("j1", Token)).ShouldBe(job);
    }

    [Fact]
    public async Task EveryWrite_OddText_ComesBackTheSame()
    {
        const string odd = "$$NOW $owner a.b {\"$set\": 1} \0 😀";
        var job = Some.Job("$j.1") with { Specification = odd, Error = odd, CreatedAt = Some.Start.AddTicks(1) };

        await Store.AddAsync(job, Token);
        var leased = (await There.Jobs.LeaseNextAsync("$owner", Minute, Token))!;
        var renewed = await Store.RenewAsync(leased with { Error = odd + 2 }, "$owner", Minute, Token);

        leased.ShouldBe(job with { Status = TrainingJobStatus.Running });
        renewed.ShouldBeTrue();
        (await There.Jobs.FindAsync("$j.1", Token))!.Error.ShouldBe(odd + 2);
    }

    [Fact]
    public async Task LeaseNextAsync_SameTime_TakesTheSmallerId()
    {
        await Store.AddAsync(Some.Job("b"), Token);
        await Store.AddAsync(Some.Job("a"), Token);

        (await Store.LeaseNextAsync("o", Minute, Token))!.Id.ShouldBe("a");
    }

    [Fact]
    public async Task AddAsync_StoredId_GivesTheStoredJob()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var leased = await Store.LeaseNextAsync("a", Minute, Token);

        var added = await There.Jobs.AddAsync(Some.Job("j1") with { Specification = "other" }, Token);

        added.ShouldBe(leased);
    }

    [Fact]
    public async Task FindAsync_UnknownJob_IsNull()
    {
        await Store.AddAsync(Some.Job("j1"), Token);

        var found = await Store.FindAsync("j2", Token);

        found.ShouldBeNull();
    }

    [Fact]
    public async Task LeaseNextAsync_NoJobs_IsNull()
    {
        var leased = await Store.LeaseNextAsync("a", Minute, Token);

        leased.ShouldBeNull();
    }

    [Fact]
    public async Task LeaseNextAsync_QueuedJobs_TakesTheOldest()
    {
        await Store.AddAsync(Some.Job("newer", minute: 2), Token);
        await Store.AddAsync(Some.Job("older", minute: 1), Token);

        var leased = await Store.LeaseNextAsync("a", Minute, Token);

        leased.ShouldBe(Some.Job("older", minute: 1) with { Status = TrainingJobStatus.Running });
    }

    [Fact]
    public async Task LeaseNextAsync_LeaseOfAnotherRuns_IsNull()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        await Store.LeaseNextAsync("a", Minute, Token);

        Time.Advance(Minute - TimeSpan.FromTicks(1));

        (await There.Jobs.LeaseNextAsync("b", Minute, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task LeaseNextAsync_LeaseOfAnotherRanOut_TakesItOverWithItsProgress()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))! with { Step = 3, Steps = 9, Loss = 1.5 };
        await Store.RenewAsync(job, "a", Minute, Token);

        Time.Advance(Minute);

        (await There.Jobs.LeaseNextAsync("b", Minute, Token)).ShouldBe(job);
    }

    [Fact]
    public async Task LeaseNextAsync_OwnerCameBack_GetsItsJobAtOnce()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = await Store.LeaseNextAsync("a", Minute, Token);

        var again = await There.Jobs.LeaseNextAsync("a", Minute, Token);

        again.ShouldBe(job);
    }

    [Fact]
    public async Task LeaseNextAsync_RacingOwners_GivesEachJobOnce()
    {
        foreach (var i in Enumerable.Range(0, 8))
            await Store.AddAsync(Some.Job($"j{i}", minute: i), Token);

        var leased = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(
            () => (i % 2 == 0 ? Here : There).Jobs.LeaseNextAsync($"owner {i}", Minute, Token), Token)));

        leased.OfType<TrainingJobRecord>().Select(j => j.Id).Order().ShouldBe(Enumerable.Range(0, 8).Select(i => $"j{i}"));
    }

    [Fact]
    public async Task RenewAsync_LeaseHeld_WritesProgressAndExtendsTheLease()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))!;
        Time.Advance(Minute / 2);

        var renewed = await Store.RenewAsync(
            job with { Step = 4, Steps = 8, Loss = 0.25, TokensPerSecond = 900.5 }, "a", Minute, Token);

        renewed.ShouldBeTrue();
        (await There.Jobs.FindAsync("j1", Token)).ShouldBe(job with { Step = 4, Steps = 8, Loss = 0.25, TokensPerSecond = 900.5 });
        Time.Advance(Minute / 2);
        (await There.Jobs.LeaseNextAsync("b", Minute, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task RenewAsync_LossThatIsNoNumber_ComesBackAsNone()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))!;

        await Store.RenewAsync(job with { Loss = double.NaN }, "a", Minute, Token);

        (await Store.FindAsync("j1", Token))!.Loss.ShouldBe(double.NaN);
    }

    [Fact]
    public async Task RenewAsync_RanOutButNobodyTookIt_IsHeldAgain()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))!;
        Time.Advance(2 * Minute);

        var renewed = await Store.RenewAsync(job, "a", Minute, Token);

        renewed.ShouldBeTrue();
        (await There.Jobs.LeaseNextAsync("b", Minute, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task RenewAsync_AnotherTookIt_IsFalseAndWritesNothing()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))!;
        Time.Advance(Minute);
        await There.Jobs.LeaseNextAsync("b", Minute, Token);

        var renewed = await Store.RenewAsync(job with { Step = 99 }, "a", Minute, Token);

        renewed.ShouldBeFalse();
        (await Store.FindAsync("j1", Token))!.Step.ShouldBe(0);
    }

    [Fact]
    public async Task RenewAsync_Cancelled_IsFalse()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))!;
        await There.Jobs.CancelAsync("j1", Token);

        var renewed = await Store.RenewAsync(job, "a", Minute, Token);

        renewed.ShouldBeFalse();
        (await Store.FindAsync("j1", Token))!.Status.ShouldBe(TrainingJobStatus.Cancelled);
    }

    [Theory]
    [InlineData(TrainingJobStatus.Completed, "")]
    [InlineData(TrainingJobStatus.Failed, "The loss is not a number.")]
    [InlineData(TrainingJobStatus.Cancelled, "")]
    public async Task CompleteAsync_LeaseHeld_WritesTheEnd(TrainingJobStatus end, string error)
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))! with { Status = end, Step = 8, Error = error };

        await Store.CompleteAsync(job, "a", Token);

        (await There.Jobs.FindAsync("j1", Token)).ShouldBe(job);
        Time.Advance(2 * Minute);
        (await There.Jobs.LeaseNextAsync("b", Minute, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task CompleteAsync_AnotherTookIt_WritesNothing()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))!;
        Time.Advance(Minute);
        await There.Jobs.LeaseNextAsync("b", Minute, Token);

        await Store.CompleteAsync(job with { Status = TrainingJobStatus.Failed }, "a", Token);

        (await Store.FindAsync("j1", Token))!.Status.ShouldBe(TrainingJobStatus.Running);
    }

    [Fact]
    public async Task CompleteAsync_JobThatHasNotEnded_Throws()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))!;

        await Should.ThrowAsync<ArgumentException>(() => Store.CompleteAsync(job, "a", Token));
    }

    [Fact]
    public async Task ReleaseAsync_LeaseHeld_LetsAnotherContinueAtOnce()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))! with { Step = 5 };
        await Store.RenewAsync(job, "a", Minute, Token);

        await Store.ReleaseAsync("j1", "a", Token);

        (await Store.FindAsync("j1", Token))!.Status.ShouldBe(TrainingJobStatus.Queued);
        (await There.Jobs.LeaseNextAsync("b", Minute, Token)).ShouldBe(job);
    }

    [Fact]
    public async Task ReleaseAsync_LeaseOfAnother_ChangesNothing()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        await Store.LeaseNextAsync("a", Minute, Token);

        await There.Jobs.ReleaseAsync("j1", "b", Token);

        (await There.Jobs.LeaseNextAsync("b", Minute, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task CancelAsync_QueuedJob_IsNeverLeased()
    {
        await Store.AddAsync(Some.Job("j1"), Token);

        var cancelled = await Store.CancelAsync("j1", Token);

        cancelled.ShouldBe(Some.Job("j1") with { Status = TrainingJobStatus.Cancelled });
        (await There.Jobs.LeaseNextAsync("a", Minute, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task CancelAsync_EndedJob_LeavesItsEnd()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var job = (await Store.LeaseNextAsync("a", Minute, Token))! with { Status = TrainingJobStatus.Completed };
        await Store.CompleteAsync(job, "a", Token);

        var cancelled = await Store.CancelAsync("j1", Token);

        cancelled.ShouldBe(job);
    }

    [Fact]
    public async Task CancelAsync_UnknownJob_IsNull()
    {
        var cancelled = await Store.CancelAsync("j1", Token);

        cancelled.ShouldBeNull();
    }

    [Fact]
    public async Task RequeueAsync_CancelledJob_CanBeLeasedAgain()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        await Store.LeaseNextAsync("a", Minute, Token);
        await Store.CancelAsync("j1", Token);

        var queued = (await There.Jobs.RequeueAsync("j1", Some.Job("j1").Specification, Token))!;
        var leased = await Store.LeaseNextAsync("b", Minute, Token);

        queued.Status.ShouldBe(TrainingJobStatus.Queued);
        leased.ShouldNotBeNull().Id.ShouldBe("j1");
    }

    [Fact]
    public async Task RequeueAsync_FailedJob_ForgetsItsErrorAndTakesTheSpecificationOfNow()
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var leased = (await Store.LeaseNextAsync("a", Minute, Token))!;
        await Store.CompleteAsync(leased with { Status = TrainingJobStatus.Failed, Error = "It diverged." }, "a", Token);

        var queued = await Store.RequeueAsync("j1", "$another", Token);

        queued.ShouldBe(Some.Job("j1") with { Status = TrainingJobStatus.Queued, Specification = "$another" });
        (await There.Jobs.FindAsync("j1", Token)).ShouldBe(queued);
    }

    [Theory]
    [InlineData(TrainingJobStatus.Queued)]
    [InlineData(TrainingJobStatus.Running)]
    [InlineData(TrainingJobStatus.Completed)]
    public async Task RequeueAsync_JobThatIsWantedOrDone_StaysAsItIs(TrainingJobStatus status)
    {
        await Store.AddAsync(Some.Job("j1"), Token);
        var leased = status == TrainingJobStatus.Queued ? null : await Store.LeaseNextAsync("a", Minute, Token);
        if (status == TrainingJobStatus.Completed)
            await Store.CompleteAsync(leased! with { Status = status }, "a", Token);

        var asked = (await Store.RequeueAsync("j1", "another", Token)).ShouldNotBeNull();
        (asked.Status, asked.Specification).ShouldBe((status, Some.Job("j1").Specification));
        (await Store.RequeueAsync("j2", "another", Token)).ShouldBeNull();
    }
}
