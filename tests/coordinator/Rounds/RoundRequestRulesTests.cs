using Sgasa.Contracts;
using Sgasa.Coordinator.Rounds;
using Sgasa.Modeling;

namespace Sgasa.Coordinator.Tests.Rounds;

public sealed class RoundRequestRulesTests
{
    private static readonly RoundRequest Request = Some.Request();

    [Fact]
    public void Check_GoodRequest_Passes() => RoundRequestRules.Check(Request);

    public static TheoryData<RoundRequest, string> Wrong { get; } = new()
    {
        {
            Request with { AttackPrompts = [.. Request.AttackPrompts.Skip(1)] },
            "log.jsonl: 1 harmful prompts; a round needs at least 2. Add some to the attack log."
        },
        {
            Request with { EvaluationPrompts = [.. Request.EvaluationPrompts.Where(p => p.Label == Label.Harmful)] },
            "log.jsonl: the test prompts have no benign one. Give some of both labels, or none to hold out augmented prompts."
        },
        {
            Request with { AttackPrompts = [.. Request.AttackPrompts, Request.AttackPrompts[0] with { LogId = "7", Text = " " }] },
            "log.jsonl: prompt '7' has no text. Give it one or remove it."
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_WrongRequest_SaysWhatToChange(RoundRequest request, string message) =>
        Should.Throw<UserErrorException>(() => RoundRequestRules.Check(request)).Message.ShouldBe(message);

    [Fact]
    public void Check_RecipeValueOutOfRange_NamesTheKey()
    {
        var request = Request with { Recipe = Request.Recipe with { Lora = new LoraConfig { R = 0 } } };

        Should.Throw<UserErrorException>(() => RoundRequestRules.Check(request)).Message.ShouldContain("'lora.r'");
    }
}
