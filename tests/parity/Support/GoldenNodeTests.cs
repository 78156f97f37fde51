using System.Text.Json;

namespace Sgasa.Parity.Tests.Support;

/// <summary>The bookkeeping behind "every field is held": were it blind, fields could go unchecked unseen.</summary>
public sealed class GoldenNodeTests
{
    [Fact]
    public void Unread_SomeFieldsRead_NamesTheOthers()
    {
        var node = Parse("""{"a":1,"b":{"c":[1,2],"d":[]},"e":[{"f":"x"},{"f":"y"}],"g":null}""");

        node["a"].Int();
        node["e"].Items()[1]["f"].Text();

        node.Unread().ShouldBe(["$.b.c[0]", "$.b.c[1]", "$.b.d", "$.e[0].f", "$.g"]);
    }

    [Fact]
    public void Unread_EverythingRead_IsEmpty()
    {
        var node = Parse("""{"a":[1,2],"b":[],"c":{"d":1},"e":null}""");

        node["a"].Ints();
        node["b"].Items();
        node["c"].Read();
        node["e"].IsNull();

        node.Unread().ShouldBeEmpty();
    }

    [Fact]
    public void Counted_NumberOfExamplesInAName_IsFound()
    {
        var node = Parse("""{"loss_all6_after":2,"loss_all17_step0":1}""");

        node.Counted("loss_all", "_step0").Int().ShouldBe(1);
    }

    private static GoldenNode Parse(string json) => new(JsonDocument.Parse(json).RootElement);
}
