using CsCheck;
using Sgasa.Modeling.Tokenization;
using Sgasa.Modeling.Tokenization.Unicode;

namespace Sgasa.Modeling.Tests.Tokenization;

/// <summary>What holds for any text.</summary>
public sealed class TokenizerPropertyTests
{
    /// <summary>Texts that meet many scripts, combining marks, emoji, lone surrogates and long runs.</summary>
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String,
        Gen.Int[0, 11].Select(i => new[]
        {
            "the ", "Wörter", "東京", "e\u0301\u0323", "\u1112\u1161\u11ab", "\U0001F468\u200D\U0001F469", "  \n\t",
            "1234567890", "\uD83D", "don't", "()[]{}!?", "\u212B\u2126",
        }[i]).Array[0, 30].Select(string.Concat),
        Gen.Select(Gen.Char[' ', 'z'], Gen.Int[1, 900], (character, count) => new string(character, count)));

    public static TheoryData<string> EachModel => Parity.EachModel;

    [Theory, MemberData(nameof(EachModel))]
    public void Decode_EncodedText_IsItsComposedForm(string model)
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf(model, "model"));
        var composes = TokenizerFile.Read(Parity.PathOf(model, "model", "tokenizer.json")).Normalizers.Count > 0;

        Texts.Sample(text =>
        {
            var clean = Tokenizer.WellFormed(text);
            return tokenizer.Decode(tokenizer.Encode(text)) == (composes ? CanonicalComposition.Normalize(clean) : clean);
        });
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Append_EncodedText_StreamsItWithoutHalfCharacters(string model)
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf(model, "model"));

        Texts.Sample(text =>
        {
            var (ids, decoder, soFar) = (tokenizer.Encode(text), new IncrementalDecoder(tokenizer, skipSpecialTokens: false), "");
            var whole = tokenizer.Decode(ids);
            foreach (var id in ids)
            {
                soFar += decoder.Append(id);
                if (!whole.StartsWith(soFar, StringComparison.Ordinal)) return false;
            }
            return soFar + decoder.Finish() == whole;
        });
    }

    [Theory, MemberData(nameof(EachModel))]
    public void EncodePlain_AnyText_IsAsEncodedWhereNoTokenIsSpelled(string model)
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf(model, "model"));

        Texts.Where(text => !tokenizer.AddedTokens.Any(token => text.Contains(token.Content, StringComparison.Ordinal)))
            .Sample(text => tokenizer.EncodePlain(text).SequenceEqual(tokenizer.Encode(text)));
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Merge_AnyPiece_IsAsTheUsualMerger(string model)
    {
        var file = TokenizerFile.Read(Parity.PathOf(model, "model", "tokenizer.json"));
        var merger = LongPieceMerger.Make(file).ShouldNotBeNull();
        var usual = Tokenizer.MakeMerger(file);

        Texts.Select(text => Tokenizer.WellFormed(text)).Where(text => text.Length > 0).Sample(text =>
        {
            var ids = new List<int>();
            merger.Merge(text, ids);
            return ids.SequenceEqual(usual.EncodeToIds(text, considerPreTokenization: false, considerNormalization: false));
        });
    }

    [Theory]
    [InlineData("\U0001F600", 250_000)]
    [InlineData(" ", 1_000_000)]
    [InlineData("a", 1_000_000)]
    [InlineData("<", 1_000_000)]
    [InlineData("\u0301", 500_000)]
    public void Encode_LongRunWithoutABreak_EndsSoon(string unit, int count)
    {
        // With merging in quadratic time, the first two would take minutes.
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf("llama3-rope", "model"));
        var text = string.Concat(Enumerable.Repeat(unit, count));

        var ids = tokenizer.Encode(text);

        tokenizer.Decode(ids).ShouldBe(text);
    }
}
