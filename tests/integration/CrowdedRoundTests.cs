using System.Text.Json;
using Sgasa.Integration.Tests.Wire;

namespace Sgasa.Integration.Tests;

/// <summary>More replicas than one of everything, and messages among theirs that none of them can read.</summary>
[Collection(Rounds.Name)]
[Trait("Category", "Integration")]
public sealed class CrowdedRoundTests(Servers servers, UndisturbedRound undisturbed)
{
    private static readonly string[] Late = ["synthesizer-2", "augmenter-2", "trainer-2", "evaluator-2"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Round_TwoCoordinatorsLateReplicasAndPoison_IsTheUndisturbedOne()
    {
        var expected = await undisturbed.OutcomeAsync();
        await using var deployment = await Deployment.StartAsync(servers, "crowded");
        await deployment.AddAsync("coordinator-2");
        await deployment.IsReadyAsync("coordinator-2");
        await using var connection = await servers.ConnectAsync("crowded");
        var planted = await Poison.PlantAsync(connection, "no-json", Token);
        var first = deployment.Switchboard.Hold("augmenter", WorkPlaces.InTheWork);
        var shared = deployment.Switchboard.Notice(
            "augmenter-2 has written prompts",
            passage => passage is { Replica: "augmenter-2", Kind: PassageKind.Publication, Subject: "PromptAugmented" });

        var round = await RoundInHand.BeginAsync(deployment, "coordinator", "coordinator-2");
        planted += await Poison.PlantAsync(connection, "wrong-type", Token);
        await deployment.IsHeldAsync(first);
        foreach (var replica in Late) await deployment.AddAsync(replica);
        // The first one has no more than it holds: the others' is the late one's.
        await deployment.IsHeldAsync(shared);
        foreach (var replica in Late) await deployment.IsReadyAsync(replica);
        await deployment.UntilAsync("every service has a second replica", Patience.Service, async () =>
            (await deployment.QueuesAsync()).Count(q => q.Consumers == 2) == Poison.Queues.Count);
        planted += await Poison.PlantAsync(connection, "missing-fields", Token);
        first.LetGo();
        await round.EndsAsAsync(expected, faults: planted);

        var faults = await deployment.GetAsync("coordinator-2", "faults");
        faults.EnumerateArray().Select(f => f.GetProperty("id").GetString()).ShouldBe(
            from queue in Poison.Queues from kind in Poison.Kinds select $"{kind}.{queue}", ignoreOrder: true);
        foreach (var fault in faults.EnumerateArray()) ShouldBeReadable(fault);
    }

    private static void ShouldBeReadable(JsonElement fault)
    {
        var reason = fault.GetProperty("reason").GetString().ShouldNotBeNull();

        fault.GetProperty("id").GetString().ShouldNotBeNull().ShouldEndWith(fault.GetProperty("queue").GetString()!);
        reason.Split(' ').Length.ShouldBeGreaterThan(3, reason);
        reason.ShouldNotContain("   at ");
    }
}
