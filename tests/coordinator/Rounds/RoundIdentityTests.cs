using Sgasa.Contracts;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Tests.Rounds;

public sealed class RoundIdentityTests
{
    private static readonly RoundRequest Request = Some.Request();

    [Fact]
    public void Of_Request_IsTheSameEachTimeAndShort()
    {
        var id = RoundIdentity.Of(Request);

        RoundIdentity.Of(Some.Request()).ShouldBe(id);
        id.ShouldMatch("^r-[0-9a-f]{12}$");
    }

    public static TheoryData<string, RoundRequest> Alike { get; } = new()
    {
        { "file", Request with { Source = "copy.jsonl" } },
        { "recipe's name", Request with { Recipe = Request.Recipe with { Name = "other" } } },
        { "lines", Request with { AttackPrompts = [.. Request.AttackPrompts.Select(p => p with { Line = p.Line + 1 })] } },
    };

    [Theory]
    [MemberData(nameof(Alike))]
    public void Of_OtherNamesOrPlaces_IsTheSame(string what, RoundRequest other) =>
        RoundIdentity.Of(other).ShouldBe(RoundIdentity.Of(Request), what);

    public static TheoryData<string, RoundRequest> Different { get; } = new()
    {
        { "seed", Request with { Seed = 8 } },
        { "model", Request with { BaseModel = "other" } },
        { "parent", Request with { ParentCheckpointId = "r-0/checkpoint/dpo" } },
        { "judge", Request with { Judge = JudgeKind.Oracle } },
        { "recipe", Request with { Recipe = Request.Recipe with { Dpo = new DpoRecipe { Beta = 0.2 } } } },
        { "order", Request with { AttackPrompts = [.. Request.AttackPrompts.Reverse()] } },
        { "text", Request with { AttackPrompts = [Request.AttackPrompts[0] with { Text = "x" }, .. Request.AttackPrompts.Skip(1)] } },
        { "test prompts", Request with { EvaluationPrompts = [] } },
    };

    [Theory]
    [MemberData(nameof(Different))]
    public void Of_OtherContent_IsAnother(string what, RoundRequest other) =>
        RoundIdentity.Of(other).ShouldNotBe(RoundIdentity.Of(Request), what);
}
