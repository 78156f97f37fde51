using CsCheck;

namespace Sgasa.Prompting.Tests;

public sealed class MinHashSignatureTests
{
    [Fact]
    public void Compute_KnownText_GivesTheSameBytesOnEveryMachine()
    {
        var signature = MinHashSignature.Compute("The quick brown fox jumps over the lazy dog");

        // Computed by an independent implementation of FNV-1a and SplitMix64.
        MinHashSignature.ToBase64(signature).ShouldBe(
            "gLocoVilDorIe+u9Fyioy9FU2VqYzeeBEUpXhdQTyDaqQuaDbPePk+ItTdpzfvu9eRR4YWyr2rK/EUbEwnWEvg==");
    }

    [Theory]
    [InlineData("The quick, brown FOX!", "the quick brown fox")]
    [InlineData("  Élan vital: now ", "élan vital now")]
    public void Compute_TextsThatDifferInCaseSpacingAndPunctuation_AreEqual(string a, string b) =>
        MinHashSignature.Compute(a).ShouldBe(MinHashSignature.Compute(b));

    [Theory]
    [InlineData("")]
    [InlineData("?!")]
    public void Compute_TextWithoutWords_IsAllZeros(string text) =>
        MinHashSignature.Compute(text).ShouldBe(new byte[MinHashSignature.Length]);

    [Fact]
    public void Compute_FormulasOfOtherSymbols_Differ()
    {
        var similarity = Similarity("∀x ∈ A: x + y = z", "∃x ∉ A: x − y ≠ z");

        similarity.ShouldBeLessThan(0.3);
    }

    [Fact]
    public void Similarity_TwoWordsSharingOne_IsAboutOneThird()
    {
        // Fewer than three words: the sets are {a, b} and {a, c}, Jaccard 1/3; the mean over many pairs has to be close.
        var mean = Enumerable.Range(0, 200).Average(i => Similarity($"a{i} b{i}", $"a{i} c{i}"));

        mean.ShouldBe(1.0 / 3, tolerance: 0.02);
    }

    [Fact]
    public void Similarity_TextsSharingHalfTheirTrigrams_IsTheirJaccardSimilarity()
    {
        // Twelve words give 10 trigrams. The first 8 words, hence 6 trigrams, are shared: 6 / (10 + 10 - 6) = 3/7.
        var mean = Enumerable.Range(0, 200).Average(i => Similarity(Words(i, 0), Words(i, 1)));

        mean.ShouldBe(3.0 / 7, tolerance: 0.02);

        static string Words(int text, int ending) =>
            string.Join(' ', Enumerable.Range(0, 12).Select(w => w < 8 ? $"t{text}w{w}" : $"t{text}w{w}e{ending}"));
    }

    [Fact]
    public void Similarity_UnrelatedTexts_IsAboutNought()
    {
        var mean = Enumerable.Range(0, 200).Average(i => Similarity($"a{i} b{i} c{i} d{i} e{i}", $"f{i} g{i} h{i} i{i} j{i}"));

        mean.ShouldBeLessThan(0.01);
    }

    [Fact]
    public void Similarity_AnyTwoTexts_IsSymmetricInRangeAndOneWithItself() => Gen.Select(Gen.String, Gen.String).Sample((a, b) =>
    {
        var (x, y) = (MinHashSignature.Compute(a), MinHashSignature.Compute(b));

        MinHashSignature.Similarity(x, y).ShouldBe(MinHashSignature.Similarity(y, x));
        MinHashSignature.Similarity(x, y).ShouldBeInRange(0, 1);
        MinHashSignature.Similarity(x, x).ShouldBe(1);
        MinHashSignature.TryFromBase64(MinHashSignature.ToBase64(x)).ShouldBe(x);
    });

    [Theory]
    [InlineData("AAAA")]
    [InlineData("not base64!")]
    [InlineData("")]
    public void TryFromBase64_WhatIsNoSignature_IsNone(string base64) =>
        MinHashSignature.TryFromBase64(base64).ShouldBeNull();

    [Fact]
    public void Similarity_OfAnotherLength_IsRefused() =>
        Should.Throw<ArgumentException>(() => MinHashSignature.Similarity(new byte[3], new byte[MinHashSignature.Length]));

    private static double Similarity(string a, string b) =>
        MinHashSignature.Similarity(MinHashSignature.Compute(a), MinHashSignature.Compute(b));
}
