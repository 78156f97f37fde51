using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Consumers;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Tests.Consumers;

/// <summary>Whole rounds over the bus and the store, with scripted workers.</summary>
public sealed class WholeRoundTests : IDisposable
{
    private static readonly Workers Uneven = new() { Seed = 3, Verified = 0.7, Accepted = 0.8, Paired = 0.8 };

    private readonly string _folder = Directory.CreateTempSubdirectory("sgasa-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_GoodWorkers_CompletesAndLeavesEveryResultInTheStore()
    {
        await using var host = await RoundHost.StartAsync(Database("a"), new Script());

        var id = await host.Rounds.StartAsync(Some.Request(), Ct);
        var end = await host.EndOfAsync(id);

        end.Status.ShouldBe(RoundStatus.Completed);
        end.Stages.ShouldAllBe(s => s.State == ProgressState.Done);
        var round = (await host.Rounds.FindAsync(id, Ct)).ShouldNotBeNull();
        round.Results.Methods.Select(m => m.Method).ShouldBe(Enum.GetValues<Method>());
        round.Promotion.ShouldNotBeNull().Promoted.ShouldBeTrue();
        round.GuidelineIds.Count.ShouldBe(2);
        round.DpoCheckpointId.ShouldBe(ArtifactIds.Checkpoint(id, Stage.Dpo));
        (await host.Artifacts.ListAsync<AttackPrompt>(id, Ct)).Select(a => a.Text)
            .ShouldBe(["attack Harmful 0", "attack Harmful 1", "attack Benign 0", "attack Benign 1"]);
        (await host.Artifacts.ListAsync<EvaluationPrompt>(id, Ct)).Count.ShouldBe(6);
        (await host.Rounds.ListAsync(Ct)).ShouldHaveSingleItem().Status.ShouldBe(RoundStatus.Completed);
    }

    [Fact]
    public async Task Start_TwoRoundsThatArePromoted_TheNewersCandidateIsTheChampion()
    {
        await using var host = await RoundHost.StartAsync(Database("a"), new Script());
        var older = await host.Rounds.StartAsync(Some.Request(), Ct);
        await host.EndOfAsync(older);
        var newer = await host.Rounds.StartAsync(Some.Request() with { Seed = 8 }, Ct);
        await host.EndOfAsync(newer);
        var baseModel = (await host.Artifacts.GetAsync<RoundSpecification>(newer, Ct)).BaseModel;
        async Task<string?> ChampionAsync() =>
            (await host.Artifacts.FindAsync<Champion>(ArtifactIds.Champion(baseModel), Ct))?.CheckpointId;

        var candidate = ArtifactIds.Checkpoint(newer, Stage.Dpo);
        while (await ChampionAsync() != candidate) await Task.Delay(10, Ct);
        // Told again, and late.
        await new KeepChampionConsumer(host.Artifacts).KeepAsync(
            new CheckpointPromoted { RoundId = older, CheckpointId = ArtifactIds.Checkpoint(older, Stage.Dpo) }, Ct);

        (await ChampionAsync()).ShouldBe(candidate);
    }

    [Fact]
    public async Task Start_WithoutTestPrompts_CopiesTheHeldOutOnes()
    {
        await using var host = await RoundHost.StartAsync(Database("a"), new Script());

        var id = await host.Rounds.StartAsync(Some.Request(holdOut: true), Ct);
        (await host.EndOfAsync(id)).Status.ShouldBe(RoundStatus.Completed);

        // A fifth of six prompts is one of each label, the last.
        (await host.Artifacts.ListAsync<EvaluationPrompt>(id, Ct)).Select(p => (p.Label, p.Text)).ShouldBe(
            [
                (Label.Benign, $"text of {id}/prompt/benign/00001-00001"),
                (Label.Harmful, $"text of {id}/prompt/harmful/00001-00001"),
            ]);
    }

    [Fact]
    public async Task Start_EveryEventTwice_EndsTheSame()
    {
        await using var once = await RoundHost.StartAsync(Database("once"), new Script { Workers = Uneven });
        await using var twice = await RoundHost.StartAsync(Database("twice"), new Script { Workers = Uneven, Copies = 2 });

        var id = await once.Rounds.StartAsync(Some.Request(), Ct);
        await twice.Rounds.StartAsync(Some.Request(), Ct);

        (await once.EndOfAsync(id)).Status.ShouldBe(RoundStatus.Completed);
        (await twice.EndOfAsync(id)).Status.ShouldBe(RoundStatus.Completed);
        await ShouldBeTheSameAsync(once, twice, id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(20)]
    public async Task Start_HostDiesInTheMiddle_TheNextOneEndsTheSame(int answered)
    {
        await using var whole = await RoundHost.StartAsync(Database("whole"), new Script { Workers = Uneven });
        var id = await whole.Rounds.StartAsync(Some.Request(), Ct);
        await whole.EndOfAsync(id);
        var script = new Script { Workers = Uneven, LoseAfter = answered };
        await using (var first = await RoundHost.StartAsync(Database("broken"), script))
        {
            await first.Rounds.StartAsync(Some.Request(), Ct);
            await script.Lost.WaitAsync(Ct);
        }

        await using var second = await RoundHost.StartAsync(Database("broken"), new Script { Workers = Uneven });

        (await second.EndOfAsync(id)).Status.ShouldBe(RoundStatus.Completed);
        await ShouldBeTheSameAsync(whole, second, id);
    }

    [Fact]
    public async Task Start_SameRequestAfterADeathWithoutResumeOnStart_GoesOn()
    {
        var script = new Script { LoseAfter = 3 };
        await using (var first = await RoundHost.StartAsync(Database("a"), script))
        {
            await first.Rounds.StartAsync(Some.Request(), Ct);
            await script.Lost.WaitAsync(Ct);
        }

        await using var second = await RoundHost.StartAsync(Database("a"), new Script(), resume: false);
        var id = await second.Rounds.StartAsync(Some.Request(), Ct);

        (await second.EndOfAsync(id)).Status.ShouldBe(RoundStatus.Completed);
        (await second.Rounds.ListAsync(Ct)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Start_WorkerGivesUp_FailsAndResumesWhenAskedAgain()
    {
        var script = new Script { GivesUp = c => c is TrainCheckpoint };
        await using var host = await RoundHost.StartAsync(Database("a"), script);
        var id = await host.Rounds.StartAsync(Some.Request(), Ct);
        var failed = await host.EndOfAsync(id);
        failed.Status.ShouldBe(RoundStatus.Failed);
        failed.Reason.ShouldBe("TrainCheckpoint Sft failed: No model is loaded. Load one.");

        script.GivesUp = static _ => false;
        await host.Rounds.StartAsync(Some.Request(), Ct);

        (await host.EndOfAsync(id)).Status.ShouldBe(RoundStatus.Completed);
    }

    [Fact]
    public async Task Start_CompletedRound_StaysAsItIs()
    {
        await using var host = await RoundHost.StartAsync(Database("a"), new Script());
        var id = await host.Rounds.StartAsync(Some.Request(), Ct);
        await host.EndOfAsync(id);
        var before = await host.StateJsonAsync(id);

        (await host.Rounds.StartAsync(Some.Request(), Ct)).ShouldBe(id);

        (await host.StateJsonAsync(id)).ShouldBe(before);
    }

    [Fact]
    public async Task Cancel_RunningRound_EndsTheWatching()
    {
        await using var host = await RoundHost.StartAsync(Database("a"), new Script { LoseAfter = 2 });
        var id = await host.Rounds.StartAsync(Some.Request(), Ct);

        (await host.Rounds.CancelAsync(id, Ct)).ShouldBe(RoundStatus.Cancelled);

        (await host.EndOfAsync(id)).Status.ShouldBe(RoundStatus.Cancelled);
    }

    [Fact]
    public async Task Watch_UnknownRound_SaysSo()
    {
        await using var host = await RoundHost.StartAsync(Database("a"), new Script());

        await Should.ThrowAsync<RoundNotFoundException>(() => host.EndOfAsync("r-none"));
        await Should.ThrowAsync<RoundNotFoundException>(() => host.Rounds.CancelAsync("r-none", Ct));
        (await host.Rounds.FindAsync("r-none", Ct)).ShouldBeNull();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Database(string name) => Path.Combine(_folder, name + ".db");

    private static async Task ShouldBeTheSameAsync(RoundHost expected, RoundHost actual, string id)
    {
        (await actual.StateJsonAsync(id)).ShouldBe(await expected.StateJsonAsync(id));
        (await actual.Artifacts.ListAsync<Evaluation>(id, Ct)).ShouldBe(await expected.Artifacts.ListAsync<Evaluation>(id, Ct));
        (await actual.Artifacts.ListAsync<AugmentedPrompt>(id, Ct)).Select(p => p.Id)
            .ShouldBe((await expected.Artifacts.ListAsync<AugmentedPrompt>(id, Ct)).Select(p => p.Id));
    }
}
