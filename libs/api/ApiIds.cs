using Sgasa.Contracts;

namespace Sgasa.Api;

/// <summary>Names and ids that come from outside, before anything is looked up under them.</summary>
public static class ApiIds
{
    private const int LongestName = 200;

    /// <summary>A round's or a log's id: letters, digits and hyphens, nothing that could be a path.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static string Id(string id) =>
        id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? id
            : throw new UserErrorException("An id has letters, digits and hyphens only. Take it as the API gave it.");

    /// <summary>A queue's name or a message's id: letters, digits, hyphens and underscores.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static string Word(string word) =>
        word.Length is > 0 and <= LongestName && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? word
            : throw new UserErrorException(
                "A message's id and a queue's name have letters, digits, hyphens and underscores only.");

    /// <summary>A file's name without a folder.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static string Name(string name) =>
        name.Length is > 0 and <= LongestName && name is not ("." or "..")
            && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c))
            ? name
            : throw new UserErrorException(
                $"A name has 1 to {LongestName} characters and no slash, backslash, colon or control character. " +
                "Give the file's name alone.");
}
