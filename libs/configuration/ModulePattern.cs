using System.Globalization;
using System.Text.RegularExpressions;

namespace Sgasa.Modeling;

/// <summary>Names and regular expressions that stand for a model's modules, matched as PEFT does.</summary>
internal static class ModulePattern
{
    /// <summary>Paths are short: a pattern that takes this long is at fault, or hostile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether a path is a name or ends with it, after a dot.</summary>
    public static bool EndsWith(string path, string name) =>
        path == name || path.EndsWith("." + name, StringComparison.Ordinal);

    /// <summary>Whether a regular expression matches the whole path.</summary>
    /// <exception cref="ArgumentException">It is none, or takes too long.</exception>
    public static bool IsWhole(string path, string pattern) => Matches(path, $@"\A(?:{pattern})\z", pattern);

    /// <summary>The value of the first regular expression that matches the path, or its end after a dot.</summary>
    /// <exception cref="ArgumentException">One is none, or takes too long.</exception>
    public static T First<T>(IReadOnlyDictionary<string, T> patterns, string path, T otherwise)
    {
        foreach (var (pattern, value) in patterns)
            if (Matches(path, $@"\A(?:.*\.)?(?:{pattern})\z", pattern)) return value;
        return otherwise;
    }

    /// <summary>The number of the layer that a path lies in; -1 where it lies in none.</summary>
    public static int LayerOf(string path) => path.Split('.') is ["model", "layers", var number, ..]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : -1;

    /// <summary>What is wrong with a pattern, as a sentence; null where it is a regular expression.</summary>
    public static string? FaultOf(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, Patience);
            return null;
        }
        catch (ArgumentException e)
        {
            return $"'{pattern}' is no regular expression: {e.Message}";
        }
    }

    private static bool Matches(string path, string whole, string pattern)
    {
        try
        {
            return Regex.IsMatch(path, whole, RegexOptions.CultureInvariant, Patience);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ArgumentException($"the pattern '{pattern}' takes too long", e);
        }
    }
}
