using Sgasa.Modeling.Tokenization.Unicode;

namespace Sgasa.Modeling.Tests.Tokenization;

public sealed class CanonicalCompositionTests
{
    // Worked by hand from the definition (UAX #15) and the character database.
    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u212A", "K")] // a singleton: the Kelvin sign is the letter
    [InlineData("\u0958", "\u0915\u093C")] // excluded from composition
    [InlineData("\u1100\u1161\u11A8", "\uAC01")] // Hangul: leading consonant, vowel, trailing consonant
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("a\u0323\u0307", "\u1EA1\u0307")] // dot below joins, dot above has no pair with the result
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")] // reordered first: below (220) comes before above (230)
    [InlineData("e\u0302\u0301", "\u1EBF")]
    [InlineData("e\u0301\u0301", "\u00E9\u0301")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("a\u0300\u05AE\u0315b", "\u00E0\u05AE\u0315b")] // the second accent of class 228 does not block 230
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")] // outside the basic plane, excluded
    [InlineData("plain ASCII", "plain ASCII")]
    public void Normalize_Sequence_GivesFormC(string text, string expected)
    {
        CanonicalComposition.Normalize(text).ShouldBe(expected);
    }
}
