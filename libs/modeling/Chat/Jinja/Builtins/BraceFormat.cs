using System.Globalization;
using System.Text;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Builtins;

/// <summary>Python's <c>format</c> of a text with places in braces: empty, numbered or named, without further marks.</summary>
internal static class BraceFormat
{
    /// <summary>Fills the places.</summary>
    public static string Apply(string format, CallArguments arguments)
    {
        var (text, next) = (new StringBuilder(), 0);
        for (var i = 0; i < format.Length; i++)
        {
            var character = format[i];
            if (character is '{' or '}' && i + 1 < format.Length && format[i + 1] == character) i++;
            else if (character == '}') throw new JinjaException("format found a single '}'");
            else if (character == '{')
            {
                var end = format.IndexOf('}', i);
                if (end < 0) throw new JinjaException("format found a '{' that is not closed");
                text.Append(Operators.Text(Value(format[(i + 1)..end], arguments, ref next)));
                Budget.CheckText(text.Length);
                i = end;
                continue;
            }
            text.Append(character);
        }
        return text.ToString();
    }

    private static object? Value(string place, CallArguments arguments, ref int next)
    {
        if (place.AsSpan().ContainsAny(":!.[{")) throw new JinjaException($"the format '{{{place}}}' is not supported");
        if (place.Length > 0 && !place.All(char.IsAsciiDigit))
            return arguments.Without(place, out var named) == arguments
                ? throw new JinjaException($"format was given no '{place}'")
                : named;
        var number = place.Length == 0 ? next++
            : int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : int.MaxValue;
        return number < arguments.Count
            ? arguments.At(number)
            : throw new JinjaException($"format was given {arguments.Count} values, and wants one more");
    }
}
