using Sgasa.Modeling;
using Sgasa.Modeling.Tokenization;
using Sgasa.Parity.Tests.Support;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>Text to ids and back.</summary>
internal static class TokenizerChecks
{
    public static void Encode(GoldenModel golden)
    {
        golden.Tokenizer.Count.ShouldBe(golden.Expected["tokenizer"]["size"].Int());
        foreach (var (i, test) in golden.Expected["tokenizer"]["encode"].Items().Index())
        {
            var (text, what) = (test["text"].Text(), $"text {i}, {test["category"].Text()}");
            golden.Tokenizer.Encode(text).ShouldBe(test["ids"].Ints(), what);
            golden.Tokenizer.Encode(text, addSpecialTokens: true).ShouldBe(test["ids_with_special"].Ints(), what);
        }
    }

    public static void Decode(GoldenModel golden)
    {
        foreach (var (i, test) in Decodings(golden).Index())
        {
            var ids = test["ids"].Ints();
            golden.Tokenizer.Decode(ids).ShouldBe(test["decoded"].Text(), $"decoding {i}");
            golden.Tokenizer.Decode(ids, skipSpecialTokens: true).ShouldBe(test["decoded_skip_special"].Text(), $"decoding {i}");
        }
    }

    public static void Incremental(GoldenModel golden)
    {
        foreach (var (i, test) in Decodings(golden).Index())
        {
            Stream(golden.Tokenizer, test["ids"].Ints(), false, test["decoded"].Text(), $"decoding {i}");
            Stream(golden.Tokenizer, test["ids"].Ints(), true, test["decoded_skip_special"].Text(), $"decoding {i}");
        }
    }

    public static void BeginToken(GoldenModel golden)
    {
        var ids = golden.Tokenizer.Encode("a", addSpecialTokens: true);

        ids.ShouldBe(golden.Expected["tokenizer"]["add_bos"].Bool()
            ? [golden.Expected["bos_token_id"].Int(), .. golden.Tokenizer.Encode("a")]
            : golden.Tokenizer.Encode("a"));
    }

    private static IEnumerable<GoldenNode> Decodings(GoldenModel golden) =>
        golden.Expected["tokenizer"]["encode"].Items().Concat(golden.Expected["tokenizer"]["decode"].Items());

    /// <summary>What has come out at any moment begins the whole text, so no character ever comes in halves.</summary>
    private static void Stream(Tokenizer tokenizer, int[] ids, bool skipSpecial, string whole, string what)
    {
        var decoder = new IncrementalDecoder(tokenizer, skipSpecial);
        var soFar = "";
        foreach (var piece in ids.Select(decoder.Append))
        {
            soFar += piece;
            whole.StartsWith(soFar, StringComparison.Ordinal).ShouldBeTrue(what);
            if (piece.Length > 0) char.IsHighSurrogate(piece[^1]).ShouldBeFalse(what);
        }
        (soFar + decoder.Finish()).ShouldBe(whole, what);
    }
}
