using MassTransit;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Trainer.Specifications;
using Sgasa.Trainer.Tests.Jobs;

namespace Sgasa.Trainer.Tests.Rounds;

public class TrainCheckpointWorkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Consume_SftPairsInAnyOrder_StoresTheJobWithThemSorted()
    {
        await using var world = await JobWorld.StartAsync();
        await world.Artifacts.UpsertAsync(Some.Round() with { ParentCheckpointId = "round-0/checkpoint/dpo" }, Ct);
        await world.Artifacts.UpsertAsync<SftPair>([Some.SftPair(0), Some.SftPair(1), Some.SftPair(2)], Ct);

        var unordered = new[] { 2, 0, 1, 0 }.Select(number => Some.SftPair(number).Id).ToArray();

        await SendAsync(world, Command(Stage.Sft, unordered));

        var job = await world.StoredAsync(Some.SftJob);
        var specification = TrainingSpecification.Of(job);
        job.Status.ShouldBe(TrainingJobStatus.Queued);
        specification.PairIds.ShouldBe([Some.SftPair(0).Id, Some.SftPair(1).Id, Some.SftPair(2).Id]);
        specification.ParentCheckpointId.ShouldBe("round-0/checkpoint/dpo");
        // Seeds derive from the round's and the job's id, each another one.
        specification.Seed.ShouldBe((ulong)Seeds.Derive(7, Some.SftJob));
        specification.Sft.ShouldBe(new Recipe().Sft with { ShuffleSeed = (ulong)Seeds.Derive(7, Some.SftJob + "/order") });
    }

    [Fact]
    public async Task Consume_Dpo_StartsFromTheRoundsSftCheckpoint()
    {
        await using var world = await JobWorld.StartAsync();
        await world.Artifacts.UpsertAsync(Some.Round() with { ParentCheckpointId = "round-0/checkpoint/dpo" }, Ct);
        await world.Artifacts.UpsertAsync(Some.PreferencePair(0), Ct);

        await SendAsync(world, Command(Stage.Dpo, Some.PreferencePair(0).Id));

        var specification = TrainingSpecification.Of(await world.StoredAsync(Some.DpoJob));
        specification.ParentCheckpointId.ShouldBe(Some.SftJob);
    }

    [Fact]
    public async Task Consume_RepeatedAfterTheEnd_RepeatsTheAnswerAndNotTheWork()
    {
        await using var world = await JobWorld.StartAsync();
        await world.Artifacts.UpsertAsync(Some.Round(), Ct);
        await world.Artifacts.UpsertAsync(Some.SftPair(0), Ct);
        await SendAsync(world, Command(Stage.Sft, Some.SftPair(0).Id));
        await world.RunAsync((await world.LeaseAsync()).ShouldNotBeNull(), Ct);

        await SendAsync(world, Command(Stage.Sft, Some.SftPair(0).Id));

        world.Published<CheckpointReady>().Select(m => m.CheckpointId).ShouldBe([Some.SftJob, Some.SftJob]);
        (await world.LeaseAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Consume_RoundAsksAgainAfterAFailure_TrainsAgain()
    {
        await using var world = await JobWorld.StartAsync();
        await world.Artifacts.UpsertAsync(Some.Round(), Ct);
        await world.Artifacts.UpsertAsync(Some.SftPair(0), Ct);
        await SendAsync(world, Command(Stage.Sft, Some.SftPair(0).Id));
        world.Trainings.BeforeStep = _ => throw new TrainingFailedException("It diverged.");
        await world.RunAsync((await world.LeaseAsync()).ShouldNotBeNull(), Ct);

        await SendAsync(world, Command(Stage.Sft, Some.SftPair(0).Id));

        world.Published<TrainingFailed>().ShouldHaveSingleItem().Reason.ShouldBe("It diverged.");
        (await world.StoredAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Queued);
        world.Trainings.BeforeStep = _ => { };
        await world.RunAsync((await world.LeaseAsync()).ShouldNotBeNull(), Ct);
        world.Published<CheckpointReady>().ShouldHaveSingleItem().CheckpointId.ShouldBe(Some.SftJob);
    }

    [Fact]
    public async Task Consume_RoundThatWasCancelled_StoresNoJob()
    {
        await using var world = await JobWorld.StartAsync();
        await world.Artifacts.UpsertAsync(Some.Round(), Ct);
        await world.Artifacts.UpsertAsync(Some.SftPair(0), Ct);
        await world.SaveRoundAsync("Cancelled");

        await SendAsync(world, Command(Stage.Sft, Some.SftPair(0).Id));

        (await world.Jobs.FindAsync(Some.SftJob, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Consume_PairNotInTheStore_FailsTheTrainingWithItsId()
    {
        await using var world = await JobWorld.StartAsync();
        await world.Artifacts.UpsertAsync(Some.Round(), Ct);

        await SendAsync(world, Command(Stage.Sft, Some.SftPair(4).Id));

        world.Published<TrainingFailed>().ShouldHaveSingleItem().Reason.ShouldContain(Some.SftPair(4).Id);
        (await world.Jobs.FindAsync(Some.SftJob, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Consume_RoundOfAnotherBaseModel_FailsTheTrainingNamingBoth()
    {
        await using var world = await JobWorld.StartAsync();
        await world.Artifacts.UpsertAsync(Some.Round() with { BaseModel = "other" }, Ct);
        await world.Artifacts.UpsertAsync(Some.SftPair(0), Ct);

        await SendAsync(world, Command(Stage.Sft, Some.SftPair(0).Id));

        var reason = world.Published<TrainingFailed>().ShouldHaveSingleItem().Reason;
        reason.ShouldContain("other");
        reason.ShouldContain(Some.BaseModel);
    }

    private static TrainCheckpoint Command(Stage stage, params string[] pairs) =>
        new() { RoundId = Some.RoundId, Stage = stage, PairIds = pairs };

    private static async Task SendAsync(JobWorld world, TrainCheckpoint command)
    {
        var queue = await world.Harness.Bus.GetSendEndpoint(new Uri("queue:train-checkpoint"));
        var id = NewId.NextGuid();
        await queue.Send(command, context => context.MessageId = id, Ct);
        (await world.Harness.Consumed.Any<TrainCheckpoint>(m => m.Context.MessageId == id, Ct)).ShouldBeTrue();
    }
}
