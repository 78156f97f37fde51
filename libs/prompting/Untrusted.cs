using System.Text.RegularExpressions;

namespace Sgasa.Prompting;

/// <summary>
/// Makes a text fit to stand inside a block of an instruction: a closing tag in it would end the block, and what follows
/// would be read as instruction. The tag's <c>&lt;</c> becomes <c>&amp;lt;</c>; any other text stays as it is.
/// </summary>
internal static partial class Untrusted
{
    /// <summary>The text with every closing tag that an instruction uses made harmless.</summary>
    public static string Neutralise(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ClosingTag().Replace(text, "&lt;$1");
    }

    [GeneratedRegex(@"<(\s*/\s*(?:text|answer|guidelines|score|think)\b)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ClosingTag();
}
