using Sgasa.Contracts.Artifacts;

namespace Sgasa.Integration.Tests;

/// <summary>The services over RabbitMQ and MongoDB, left alone.</summary>
[Collection(Rounds.Name)]
[Trait("Category", "Integration")]
public sealed class UndisturbedRoundTests(UndisturbedRound undisturbed)
{
    [Fact]
    public async Task Round_NothingHappens_LeavesSomethingOfEveryKind()
    {
        var outcome = await undisturbed.OutcomeAsync();

        // Otherwise the other tests would compare nothing to nothing.
        outcome.Count<Guideline>().ShouldBeGreaterThanOrEqualTo(1);
        outcome.Count<AugmentedPrompt>().ShouldBeGreaterThanOrEqualTo(32);
        outcome.Count<SftPair>().ShouldBeGreaterThanOrEqualTo(2);
        outcome.Count<PreferencePair>().ShouldBeGreaterThanOrEqualTo(2);
        outcome.Count<Checkpoint>().ShouldBe(2);
        outcome.Count<EvaluationPrompt>().ShouldBeGreaterThanOrEqualTo(2);
        outcome.Count<JudgedResponse>().ShouldBe(4 * outcome.Count<EvaluationPrompt>());
        outcome.Count<Evaluation>().ShouldBe(4);
        outcome.Adapters.ShouldBe(2);
    }
}
