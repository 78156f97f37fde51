using Sgasa.Cli.Adapting;
using Sgasa.Contracts;
using Sgasa.TinyWorld;

namespace Sgasa.Cli.Tests.Adapting;

public sealed class WorldTestPromptsTests
{
    [Theory]
    [InlineData("educator", "educator")]
    [InlineData("RolePlay,roleplay", "roleplay")]
    [InlineData("mathprompt,educator", "educator,mathprompt")]
    [InlineData("educator,", "educator,mathprompt,roleplay")]
    [InlineData("educator,something new", "educator,mathprompt,roleplay")]
    [InlineData("", "educator,mathprompt,roleplay")]
    public void For_FamiliesOfALog_TestsThoseOrAll(string families, string tested)
    {
        var prompts = WorldTestPrompts.For(families.Split(','), perLabel: 10);

        prompts.Select(p => p.Family).Distinct().Order(StringComparer.Ordinal).ShouldBe(tested.Split(','));
    }

    [Fact]
    public void For_SeveralFamilies_IsAsManyOfEachLabelAsAskedFor()
    {
        var prompts = WorldTestPrompts.For([""], perLabel: 50);

        prompts.Count(p => p.Label == Label.Harmful).ShouldBe(50);
        prompts.Count(p => p.Label == Label.Benign).ShouldBe(50);
        prompts.Select(p => p.Text).ShouldBeUnique();
        prompts.ShouldAllBe(p => WorldOracle.LabelOf(p.Text) == p.Label);
    }

    [Fact]
    public void For_AskedTwice_IsTheSame()
    {
        var first = WorldTestPrompts.For(["educator"], perLabel: 20);
        var second = WorldTestPrompts.For(["educator"], perLabel: 20);

        second.ShouldBe(first);
    }
}
