using Sgasa.Contracts;

namespace Sgasa.TinyWorld.Tests;

public sealed class WorldSuiteTests
{
    [Fact]
    public void Prompts_TestSuite_IsDistinctAndDisjointFromDev()
    {
        foreach (var family in WorldFamilies.Disguises)
        {
            foreach (var label in Enum.GetValues<Label>())
            {
                var test = WorldSuite.Prompts(family, label, WorldSplit.Test, 210, seed: 1);
                var dev = WorldSuite.Prompts(family, label, WorldSplit.Dev, 210, seed: 1);

                test.Select(p => p.Text).ShouldBeUnique();
                test.ShouldAllBe(p => p.Topic.Split == WorldSplit.Test && p.Topic.Label == label && p.Family == family);
                test.Select(p => p.Text).Intersect(dev.Select(p => p.Text)).ShouldBeEmpty();
            }
        }
    }

    [Fact]
    public void Prompts_SameSeed_IsTheSameSuite()
    {
        var (a, b) = (Suite(5), Suite(5));

        a.ShouldBe(b);
        a.ShouldNotBe(Suite(6));

        static IEnumerable<WorldPrompt> Suite(long seed) =>
            WorldSuite.Prompts(WorldFamily.Educator, Label.Benign, WorldSplit.Test, 50, seed);
    }
}
