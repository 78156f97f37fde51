using System.Globalization;
using System.Text;
using Sgasa.Modeling.Tokenization.Unicode;

namespace Sgasa.Modeling.Tests.Tokenization;

public sealed class CodePointRegexTests
{
    [Theory]
    [InlineData(@"\p{L}+", "a\U00010400\U0001D400b \U00010428", "a\U00010400\U0001D400b|\U00010428")] // Deseret, bold A
    [InlineData(@"\p{N}", "1\U0001D7D8\U0001F600", "1|\U0001D7D8")] // mathematical double-struck zero, an emoji
    [InlineData(@"[^\s\p{L}\p{N}]+", "\U0001F600\U0001F601 x", "\U0001F600\U0001F601")]
    [InlineData(@".", "\U0001F600", "\U0001F600")]
    [InlineData("(?i:'s)", "'S '\u017F 's", "'S|'\u017F|'s")]
    public void Matches_TextWithSupplementaryCharacters_TakesThemWhole(string pattern, string text, string expected)
    {
        var matches = new List<(int Start, int Length)>();

        new CodePointRegex(pattern, "test").Matches(text, matches);

        matches.Select(m => text.Substring(m.Start, m.Length)).ShouldBe(expected.Split('|'));
    }

    [Fact]
    public void Matches_EveryGeneralCategory_IsShownAsThatCategory()
    {
        // One supplementary character of each category that has any; the pattern's own short names.
        (string Category, int Code)[] samples =
        [
            ("Lu", 0x1D400), ("Ll", 0x1D41A), ("Lm", 0x16F93), ("Lo", 0x20000), ("Mn", 0x1D167), ("Mc", 0x1D165),
            ("Nd", 0x1D7CE), ("Nl", 0x10140), ("No", 0x10107), ("Cf", 0x1D173), ("Co", 0xF0000), ("Po", 0x10100),
            ("Pd", 0x10EAD), ("Sm", 0x1D6C1), ("Sc", 0x1E2FF), ("Sk", 0x1F3FB), ("So", 0x1F600), ("Cn", 0x2FFFF),
        ];

        foreach (var (category, code) in samples)
        {
            var matches = new List<(int Start, int Length)>();
            new CodePointRegex($@"\p{{{category}}}", "test").Matches(new Rune(code).ToString(), matches);
            matches.ShouldHaveSingleItem($"U+{code.ToString("X", CultureInfo.InvariantCulture)} as {category}");
        }
    }

    [Fact]
    public void Constructor_SupplementaryCharacterInPattern_IsRefused()
    {
        Should.Throw<ModelFormatException>(() => new CodePointRegex("[\U0001F600]", "test"));
    }

    [Theory]
    [InlineData("(?i:'s|k)", "(?:'[sS\u017F]|[kK\u212A])")]
    [InlineData(@"(?i:[st]\p{L}\s)", @"(?:[sS" + "\u017F" + @"tT]\p{L}\s)")]
    [InlineData("(?i:[a-z])", "(?i:[a-z])")]
    [InlineData(@"\(?i:x", @"\(?i:x")]
    public void Expand_CaseInsensitiveGroup_SpellsOutLetters(string pattern, string expected)
    {
        CaseFolding.Expand(pattern).ShouldBe(expected);
    }
}
