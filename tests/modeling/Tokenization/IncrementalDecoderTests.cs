using CsCheck;
using Sgasa.Modeling.Tokenization;

namespace Sgasa.Modeling.Tests.Tokenization;

public sealed class IncrementalDecoderTests
{
    private static readonly Tokenizer Tokenizer = Tokenizer.FromPretrained(Parity.PathOf("qwen2-r1", "model"));

    [Fact]
    public void Append_AnyIds_TogetherGiveTheWholeDecoding()
    {
        Gen.Select(Gen.Int[0, 900].Array[0, 60], Gen.Bool).Sample(
            (ids, skip) =>
            {
                var decoder = new IncrementalDecoder(Tokenizer, skip);
                var parts = ids.Select(decoder.Append).ToList();
                parts.Add(decoder.Finish());
                string.Concat(parts).ShouldBe(Tokenizer.Decode(ids, skip));
            });
    }

    [Fact]
    public void Append_BytesOfOneCharacter_GivesNothingUntilItIsWhole()
    {
        var decoder = new IncrementalDecoder(Tokenizer);
        int[] bytes = [.. "ðŁĲĵ".Select(c => Tokenizer.TokenToId(c.ToString())!.Value)]; // F0 9F 90 93

        var parts = bytes.Select(decoder.Append).ToArray();

        parts.ShouldBe(["", "", "", "🐓"]);
        decoder.Finish().ShouldBe("");
    }

    [Fact]
    public void Finish_CharacterCutShort_GivesOneReplacementCharacter()
    {
        var decoder = new IncrementalDecoder(Tokenizer);
        foreach (var c in "ðŁĲ") decoder.Append(Tokenizer.TokenToId(c.ToString())!.Value).ShouldBe("");

        decoder.Finish().ShouldBe("\uFFFD");
        decoder.Append(64).ShouldBe("a");
    }
}
