using Sgasa.Artifacts;
using Sgasa.Artifacts.Sqlite;

namespace Sgasa.Hosting.Tests.Work;

public sealed class RoundSpecificationsTests : IDisposable
{
    private readonly TemporaryStores _stores = TemporaryStores.Open();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task GetAsync_Twice_ReadsTheStoreOnce()
    {
        var specifications = new RoundSpecifications(_stores.Artifacts);
        await _stores.Artifacts.UpsertAsync(Some.Specification(seed: 7), Token);
        var first = await specifications.GetAsync("r1", Token);
        await _stores.Artifacts.UpsertAsync(Some.Specification(seed: 8), Token);

        var second = await specifications.GetAsync("r1", Token);

        first.Seed.ShouldBe(7);
        second.ShouldBeSameAs(first);
    }

    [Fact]
    public async Task GetAsync_UnknownRound_IsAskedForAgainNextTime()
    {
        var specifications = new RoundSpecifications(_stores.Artifacts);
        await Should.ThrowAsync<ArtifactNotFoundException>(() => specifications.GetAsync("r1", Token));
        await _stores.Artifacts.UpsertAsync(Some.Specification(), Token);

        var found = await specifications.GetAsync("r1", Token);

        found.Id.ShouldBe("r1");
    }

    [Fact]
    public async Task GetAsync_MoreRoundsThanItKeeps_GivesEachItsOwn()
    {
        var specifications = new RoundSpecifications(_stores.Artifacts);
        var stored = Enumerable.Range(0, 70).Select(i => Some.Specification($"r{i}", seed: i)).ToArray();
        await _stores.Artifacts.UpsertAsync(stored, Token);

        var seeds = new List<long>();
        foreach (var specification in stored)
            seeds.Add((await specifications.GetAsync(specification.Id, Token)).Seed);

        seeds.ShouldBe(Enumerable.Range(0, 70).Select(i => (long)i));
    }
}
