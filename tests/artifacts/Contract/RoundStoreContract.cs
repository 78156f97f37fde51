namespace Sgasa.Artifacts.Tests.Contract;

/// <summary>What every <see cref="IRoundStore"/> does.</summary>
public abstract class RoundStoreContract : StoreContract
{
    private IRoundStore Store => Here.Rounds;

    [Fact]
    public async Task TrySaveAsync_NewRound_StoresVersionOne()
    {
        var saved = await Store.TrySaveAsync(Some.Round("r1", json: """{"é":"😀'\""}"""), Token);

        saved.ShouldBeTrue();
        (await There.Rounds.FindAsync("r1", Token)).ShouldBe(Some.Round("r1", version: 1, json: """{"é":"😀'\""}"""));
    }

    [Theory]
    [InlineData("\0\u0001\ufeff\u2028")]
    [InlineData("\"$set\": {\"a.b\": \"$$NOW\"} 😀")]
    [InlineData("'); DROP TABLE rounds; --")]
    public async Task TrySaveAsync_OddText_ComesBackTheSame(string text)
    {
        var round = Some.Round("r1", json: text) with { Status = text, CreatedAt = Some.Start.AddTicks(1) };

        await Store.TrySaveAsync(round, Token);
        await Store.TrySaveAsync(round with { Version = 1 }, Token);

        (await There.Rounds.FindAsync("r1", Token)).ShouldBe(round with { Version = 2 });
    }

    [Fact]
    public async Task TrySaveAsync_HalfASurrogatePair_BecomesTheReplacementCharacter()
    {
        await Store.TrySaveAsync(Some.Round("r1", json: "a\ud800"), Token);

        (await There.Rounds.FindAsync("r1", Token))!.Json.ShouldBe("a\ufffd");
    }

    [Fact]
    public async Task TrySaveAsync_NewRoundTwice_KeepsTheFirst()
    {
        await Store.TrySaveAsync(Some.Round("r1", json: "1"), Token);

        var saved = await There.Rounds.TrySaveAsync(Some.Round("r1", json: "2"), Token);

        saved.ShouldBeFalse();
        (await Store.FindAsync("r1", Token))!.Json.ShouldBe("1");
    }

    [Fact]
    public async Task TrySaveAsync_VersionRead_RaisesIt()
    {
        await Store.TrySaveAsync(Some.Round("r1"), Token);
        var read = (await Store.FindAsync("r1", Token))!;

        var saved = await Store.TrySaveAsync(read with { Json = "2", Status = "Completed" }, Token);

        saved.ShouldBeTrue();
        (await Store.FindAsync("r1", Token)).ShouldBe(read with { Version = 2, Json = "2", Status = "Completed" });
    }

    [Fact]
    public async Task TrySaveAsync_StaleVersion_WritesNothing()
    {
        await Store.TrySaveAsync(Some.Round("r1", json: "1"), Token);
        await Store.TrySaveAsync(Some.Round("r1", version: 1, json: "2"), Token);

        var saved = await Store.TrySaveAsync(Some.Round("r1", version: 1, json: "late"), Token);

        saved.ShouldBeFalse();
        (await Store.FindAsync("r1", Token)).ShouldBe(Some.Round("r1", version: 2, json: "2"));
    }

    [Fact]
    public async Task TrySaveAsync_VersionOfARoundNotStored_WritesNothing()
    {
        var saved = await Store.TrySaveAsync(Some.Round("r1", version: 3), Token);

        saved.ShouldBeFalse();
        (await Store.FindAsync("r1", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task TrySaveAsync_RacingWriters_LosesNoWrite()
    {
        await Store.TrySaveAsync(Some.Round("r1", json: "0"), Token);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => AddTenAsync(i % 2 == 0 ? Here : There), Token)));

        var round = (await Store.FindAsync("r1", Token))!;
        (round.Json, round.Version).ShouldBe(("80", 81));
    }

    [Fact]
    public async Task TrySaveAsync_Cancelled_WritesNothing()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(() => Store.TrySaveAsync(Some.Round("r1"), cancelled));

        (await Store.FindAsync("r1", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task FindAsync_UnknownRound_IsNull()
    {
        await Store.TrySaveAsync(Some.Round("r1"), Token);

        var found = await Store.FindAsync("r2", Token);

        found.ShouldBeNull();
    }

    [Fact]
    public async Task ListAsync_SeveralRounds_GivesTheNewestFirst()
    {
        await Store.TrySaveAsync(Some.Round("b", minute: 1), Token);
        await Store.TrySaveAsync(Some.Round("c", minute: 3), Token);
        await Store.TrySaveAsync(Some.Round("a", minute: 2), Token);

        var rounds = await There.Rounds.ListAsync(Token);

        rounds.Select(r => r.Id).ShouldBe(["c", "a", "b"]);
    }

    [Fact]
    public async Task ListAsync_TicksApart_StillGivesTheNewestFirst()
    {
        foreach (var tick in (int[])[0, 2, 1])
            await Store.TrySaveAsync(Some.Round($"{tick}") with { CreatedAt = Some.Start.AddTicks(tick) }, Token);

        (await There.Rounds.ListAsync(Token)).Select(r => r.Id).ShouldBe(["2", "1", "0"]);
    }

    [Fact]
    public async Task PageAsync_SomeOfTheSameMoment_GivesEachRoundOnce()
    {
        foreach (var (id, minute) in (IEnumerable<(string, int)>)[("a", 1), ("b", 2), ("c", 2), ("d", 2), ("e", 3)])
            await Store.TrySaveAsync(Some.Round(id, minute: minute), Token);

        var pages = new List<string>();
        RoundDocument? last = null;
        do
        {
            var page = await There.Rounds.PageAsync(2, last, Token);
            pages.Add(string.Concat(page.Select(r => r.Id)));
            last = page.Count == 2 ? page[^1] : null;
        }
        while (last is not null);

        pages.ShouldBe(["ed", "cb", "a"]);
    }

    private static async Task AddTenAsync(StoreConnection replica)
    {
        for (var added = 0; added < 10;)
        {
            var round = (await replica.Rounds.FindAsync("r1", Token))!;
            var sum = int.Parse(round.Json) + 1;
            if (await replica.Rounds.TrySaveAsync(round with { Json = sum.ToString() }, Token))
                added++;
        }
    }

    [Fact]
    public async Task FindStatusAsync_StoredRound_IsItsStatus()
    {
        await Store.TrySaveAsync(Some.Round("r1") with { Status = RoundDocument.Running }, Token);
        await Store.TrySaveAsync(Some.Round("r1") with { Version = 1, Status = "Cancelled" }, Token);
        await Store.TrySaveAsync(Some.Round("r2") with { Status = RoundDocument.Running }, Token);

        (await There.Rounds.FindStatusAsync("r1", Token)).ShouldBe("Cancelled");
        (await There.Rounds.FindStatusAsync("r2", Token)).ShouldBe(RoundDocument.Running);
    }

    [Fact]
    public async Task FindStatusAsync_UnknownRound_IsNull() => (await Store.FindStatusAsync("r1", Token)).ShouldBeNull();
}
