using Sgasa.Artifacts.Sqlite;
namespace Sgasa.Artifacts.Tests;
public sealed class SmokeTests
{
    [Fact]
    public async Task All_Stores_Work()
    {
        using var s = TemporaryStores.Open();
        var ct = TestContext.Current.CancellationToken;
        await s.Artifacts.UpsertAsync([Some.Attack(1), Some.Attack(0)], ct);
        (await s.Artifacts.ListAsync<Sgasa.Contracts.Artifacts.AttackPrompt>("r1", ct)).ShouldBe([Some.Attack(0), Some.Attack(1)]);
        (await s.Rounds.TrySaveAsync(Some.Round("r1"), ct)).ShouldBeTrue();
        (await s.Rounds.ListAsync(ct)).ShouldBe([Some.Round("r1", 1)]);
        await s.Jobs.AddAsync(Some.Job("j"), ct);
        (await s.Jobs.LeaseNextAsync("me", TimeSpan.FromMinutes(1), ct)).ShouldBe(Some.Job("j") with { Status = TrainingJobStatus.Running });
    }
}
