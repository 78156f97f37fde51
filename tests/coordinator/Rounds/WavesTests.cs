using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Tests.Rounds;

public sealed class WavesTests
{
    [Fact]
    public void Plan_FirstWave_AsksForTheQuotaInBatches()
    {
        var waves = Waves.Plan(New(quota: 10, budget: 30, batchSize: 4));

        waves.Wave.Select(b => (b.Number, b.Start, b.Count)).ShouldBe([(0, 0, 4), (1, 4, 4), (2, 8, 2)]);
        waves.Asked.ShouldBe(10);
    }

    [Fact]
    public void Plan_WhileAnAnswerIsAwaited_ChangesNothing()
    {
        var waves = Waves.Plan(New(quota: 4, budget: 12, batchSize: 2));
        var half = Waves.Answer(waves, 0, [], 0);

        Waves.Plan(half).ShouldBeSameAs(half);
    }

    [Fact]
    public void Plan_AfterAWaveWithHalfTheYield_AsksForTwiceTheShortfall()
    {
        var waves = Play(New(quota: 8, budget: 100, batchSize: 8), Items("a", "b", "c", "d"));

        // 4 of 8 texts were kept; the missing 4 need 8 more.
        waves.Wave.ShouldHaveSingleItem().ShouldBe(new WaveBatch { Number = 1, Start = 8, Count = 8 });
    }

    [Fact]
    public void Plan_YieldThatDoesNotDivide_RoundsUp()
    {
        var waves = Play(New(quota: 7, budget: 100, batchSize: 100), Items("a", "b", "c"));

        // 3 of 7 kept: the missing 4 need 4 * 7 / 3 = 9.33 more.
        waves.Wave.ShouldHaveSingleItem().Count.ShouldBe(10);
    }

    [Fact]
    public void Plan_NothingKeptYet_AsksForTheQuotaAgain()
    {
        var waves = Play(New(quota: 5, budget: 100, batchSize: 100), []);

        waves.Wave.ShouldHaveSingleItem().Count.ShouldBe(5);
    }

    [Fact]
    public void Plan_LittleBudgetLeft_AsksForNoMoreThanThat()
    {
        var waves = Play(New(quota: 8, budget: 11, batchSize: 8), Items("a"));

        waves.Wave.ShouldHaveSingleItem().Count.ShouldBe(3);
        waves.Asked.ShouldBe(11);
    }

    [Fact]
    public void Plan_BudgetSpent_IsDoneWithWhatThereIs()
    {
        var waves = Play(New(quota: 8, budget: 8, batchSize: 8), Items("a"));

        Waves.IsDone(waves).ShouldBeTrue();
        waves.Kept.ShouldHaveSingleItem().Id.ShouldBe("a");
    }

    [Fact]
    public void Answer_BatchesOutOfOrder_KeepsTheOrderOfTheirNumbers()
    {
        var waves = Waves.Plan(New(quota: 4, budget: 4, batchSize: 2));

        waves = Waves.Answer(waves, 1, Items("c", "d"), 0);
        waves = Waves.Answer(waves, 0, Items("a", "b"), 0);

        waves.Kept.Select(i => i.Id).ShouldBe(["a", "b", "c", "d"]);
    }

    [Fact]
    public void Answer_MoreThanTheQuota_DropsTheSurplusOfTheLastBatches()
    {
        // The second wave asks for 6 texts, since 1 of 3 was kept; all of them come back, 2 are needed.
        var waves = Play(New(quota: 3, budget: 9, batchSize: 3), Items("a"));

        waves = Waves.Answer(waves, 2, Items("e", "f", "g"), 0);
        waves = Waves.Answer(waves, 1, Items("b", "c", "d"), 0);

        waves.Kept.Select(i => i.Id).ShouldBe(["a", "b", "c"]);
        Waves.IsDone(waves).ShouldBeTrue();
    }

    [Fact]
    public void Answer_SameBatchTwice_CountsOnce()
    {
        var waves = Waves.Plan(New(quota: 4, budget: 4, batchSize: 2));
        var once = Waves.Answer(waves, 0, Items("a", "b"), 5);

        Waves.Answer(once, 0, Items("a", "b"), 5).ShouldBeSameAs(once);
        once.Tokens.ShouldBe(5);
    }

    [Fact]
    public void Answer_BatchNeverAskedFor_ChangesNothing()
    {
        var waves = Waves.Plan(New(quota: 4, budget: 4, batchSize: 2));

        Waves.Answer(waves, 2, Items("x"), 5).ShouldBeSameAs(waves);
    }

    [Fact]
    public void Answer_NearDuplicatesAcrossBatches_KeepsTheOneOfTheLowerNumber()
    {
        var waves = Waves.Plan(New(quota: 4, budget: 4, batchSize: 2));

        waves = Waves.Answer(waves, 1, [Item("c", Signature(0)), Item("d", Signature(40))], 0, nearDuplicateThreshold: 0.9);
        waves = Waves.Answer(waves, 0, [Item("a", Signature(0)), Item("b", Signature(3))], 0, nearDuplicateThreshold: 0.9);

        // b shares 61 of 64 bytes with a (.95), d shares 24 (.37): c and b say what a says.
        waves.Kept.Select(i => i.Id).ShouldBe(["a", "d"]);
    }

    [Fact]
    public void Answer_NearDuplicateOfAnEarlierWave_IsDropped()
    {
        var waves = Waves.Plan(New(quota: 2, budget: 4, batchSize: 2));
        waves = Waves.Plan(Waves.Answer(waves, 0, [Item("a", Signature(0))], 0));

        waves = Waves.Answer(waves, 1, [Item("b", Signature(0)), Item("c", Signature(64))], 0);

        waves.Kept.Select(i => i.Id).ShouldBe(["a", "c"]);
    }

    private static WaveState New(int quota, int budget, int batchSize) =>
        new() { Quota = quota, Budget = budget, BatchSize = batchSize };

    /// <summary>Plans a wave of one batch, answers it, and plans the next.</summary>
    private static WaveState Play(WaveState waves, IReadOnlyList<WaveItem> items) =>
        Waves.Plan(Waves.Answer(Waves.Plan(waves), waves.Batches, items, 0));

    private static List<WaveItem> Items(params string[] ids) => [.. ids.Select(id => Item(id, ""))];

    private static WaveItem Item(string id, string signature) => new() { Id = id, Signature = signature };

    /// <summary>A signature that differs from that of 0 in its first bytes.</summary>
    private static string Signature(int different) =>
        Convert.ToBase64String([.. Enumerable.Range(0, 64).Select(i => (byte)(i < different ? 255 : i))]);
}
