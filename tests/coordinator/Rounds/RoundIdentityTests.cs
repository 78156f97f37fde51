using Sgasa.Contracts;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting.Recipes;
using Sgasa.Modeling.Training;

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

    public static TheoryData<Recipe, string> OfTheFirstVersion { get; } = new()
    {
        { Some.Request().Recipe, "r-481b3841786a" },
        { new Recipe(), "r-0a6ae6fd9714" },
        { RecipeFile.Load("tiny"), "r-8047096c6b30" },
        {
            RecipeFile.Parse(
                """
                lora: { rank: 8, alpha: 12.5 }
                sft:
                  epochs: 3
                  batchSize: 12
                  microBatchSize: 4
                  saveEvery: 7
                  maxLength: 99
                  weightDecay: 0.1
                  maxGradNorm: 0.5
                  learningRate: 2e-3
                  warmupRatio: 0.2
                dpo: { beta: 0.2, batchSize: 6, microBatchSize: 6, epochs: 2 }
                """u8,
                "mine.yaml"),
            "r-b68b736b2584"
        },
    };

    [Theory]
    [MemberData(nameof(OfTheFirstVersion), DisableDiscoveryEnumeration = true)]
    public void Of_WhatTheFirstVersionCouldSay_IsWhatItSaid(Recipe recipe, string id) =>
        RoundIdentity.Of(Request with { Recipe = recipe }).ShouldBe(id);

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
        { "recipe", Request with { Recipe = Request.Recipe with { Dpo = Request.Recipe.Dpo with { Beta = 0.2 } } } },
        { "loss", Request with { Recipe = Request.Recipe with { Dpo = Request.Recipe.Dpo with { LossType = DpoLossType.Ipo } } } },
        { "modules", Request with { Recipe = Request.Recipe with { Lora = Request.Recipe.Lora with { TargetModules = ["q_proj"] } } } },
        { "order", Request with { AttackPrompts = [.. Request.AttackPrompts.Reverse()] } },
        { "text", Request with { AttackPrompts = [Request.AttackPrompts[0] with { Text = "x" }, .. Request.AttackPrompts.Skip(1)] } },
        { "test prompts", Request with { EvaluationPrompts = [] } },
    };

    [Theory]
    [MemberData(nameof(Different))]
    public void Of_OtherContent_IsAnother(string what, RoundRequest other) =>
        RoundIdentity.Of(other).ShouldNotBe(RoundIdentity.Of(Request), what);
}
