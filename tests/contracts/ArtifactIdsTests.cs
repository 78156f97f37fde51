namespace Sgasa.Contracts.Tests;

public sealed class ArtifactIdsTests
{
    [Fact]
    public void All_SamePlaceOfOneRound_HaveIdsOfTheirOwn()
    {
        var prompt = ArtifactIds.AugmentedPrompt("r1", Label.Harmful, 1, 2);

        string[] ids =
        [
            ArtifactIds.AttackPrompt("r1", 1),
            ArtifactIds.EvaluationPrompt("r1", Label.Harmful, 1),
            ArtifactIds.EvaluationPrompt("r1", Label.Benign, 1),
            ArtifactIds.Guideline("r1", 1, 2),
            ArtifactIds.Guideline("r1", 2, 1),
            prompt,
            ArtifactIds.AugmentedPrompt("r1", Label.Benign, 1, 2),
            ArtifactIds.AugmentedPrompt("r1", Label.Harmful, 2, 1),
            ArtifactIds.Response("r1", "sft", prompt, 0),
            ArtifactIds.Response("r1", "sft", prompt, 1),
            ArtifactIds.Response("r1", "dpo", prompt, 0),
            ArtifactIds.Pair("r1", Stage.Sft, prompt),
            ArtifactIds.Pair("r1", Stage.Dpo, prompt),
            ArtifactIds.Checkpoint("r1", Stage.Sft),
            ArtifactIds.Evaluation("r1", Method.Sft),
            ArtifactIds.Receipt("r1", "sft"),
        ];

        ids.ShouldBeUnique();
        ids.ShouldAllBe(id => id.StartsWith("r1/", StringComparison.Ordinal));
    }

    [Fact]
    public void AugmentedPrompt_OrdinalOrder_IsTheOrderOfTheWork()
    {
        var inOrder = new[] { (0, 9), (0, 10), (2, 0), (10, 0), (10, 100) }
            .Select(p => ArtifactIds.AugmentedPrompt("r1", Label.Benign, p.Item1, p.Item2)).ToArray();

        inOrder.Order(StringComparer.Ordinal).ShouldBe(inOrder);
    }

    [Fact]
    public void Pair_PromptOfAnotherRound_KeepsItsWholeId()
    {
        // Replay may train on an earlier round's prompts: two rounds' prompts at one place must not share a pair.
        var own = ArtifactIds.Pair("r2", Stage.Sft, ArtifactIds.AugmentedPrompt("r2", Label.Benign, 0, 0));

        var replayed = ArtifactIds.Pair("r2", Stage.Sft, ArtifactIds.AugmentedPrompt("r1", Label.Benign, 0, 0));

        replayed.ShouldNotBe(own);
    }
}
