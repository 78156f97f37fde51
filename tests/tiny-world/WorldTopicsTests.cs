using Sgasa.Contracts;

namespace Sgasa.TinyWorld.Tests;

public sealed class WorldTopicsTests
{
    [Fact]
    public void All_EveryLabelAndSplit_HasTopics()
    {
        foreach (var label in Enum.GetValues<Label>())
        {
            WorldTopics.Of(label, WorldSplit.Train).Count.ShouldBeGreaterThanOrEqualTo(60);
            WorldTopics.Of(label, WorldSplit.Dev).Count.ShouldBeGreaterThanOrEqualTo(30);
            WorldTopics.Of(label, WorldSplit.Test).Count.ShouldBeGreaterThanOrEqualTo(30);
        }
    }

    [Fact]
    public void All_Texts_AreDistinctAndNonePartOfAnother()
    {
        var texts = WorldTopics.All.Select(t => t.Text).ToArray();

        texts.ShouldBeUnique();
        foreach (var text in texts) texts.Count(t => t.Contains(text, StringComparison.Ordinal)).ShouldBe(1, text);
    }

    [Fact]
    public void FindIn_EveryPromptOfTheWorld_NamesItsTopic()
    {
        var random = new WorldRandom(1);
        foreach (var family in Enum.GetValues<WorldFamily>())
        {
            foreach (var phrasing in Enum.GetValues<WorldSplit>())
            {
                foreach (var topic in WorldTopics.All)
                {
                    var prompt = WorldPrompt.Write(family, topic, phrasing, random);

                    WorldTopics.FindIn(prompt.Text).ShouldBe(topic, prompt.Text);
                    prompt.Text.ShouldNotContain("{");
                }
            }
        }
    }
}
