using System.Text;

namespace Sgasa.Modeling;

/// <summary>
/// A model, tokenizer or adapter file that can't be used. The message says in one line where the fault is, what it is,
/// and what to do about it.
/// </summary>
public sealed class ModelFormatException : Exception
{
    private const int MaxPartLength = 600;

    /// <summary>Makes an error about a file.</summary>
    /// <param name="where">The file or folder, and the field or tensor within it.</param>
    /// <param name="what">What is wrong, as a clause.</param>
    /// <param name="remedy">What the user can do, as a clause; null when there is nothing to add.</param>
    /// <param name="innerException">The fault behind it, if any.</param>
    public ModelFormatException(string where, string what, string? remedy = null, Exception? innerException = null)
        : base(Sentences(where, what, remedy), innerException)
    {
        Where = where;
        What = what;
        Remedy = remedy;
    }

    /// <summary>The file or folder, and the field or tensor within it.</summary>
    public string Where { get; }

    /// <summary>What is wrong.</summary>
    public string What { get; }

    /// <summary>What the user can do; null when there is nothing to add.</summary>
    public string? Remedy { get; }

    /// <summary>The message of an error: where, what, and what to do, on one line.</summary>
    internal static string Sentences(string where, string what, string? remedy) =>
        $"{OneLine(where)}: {OneLine(what)}." + (remedy is null ? "" : $" {OneLine(remedy)}.");

    /// <summary>
    /// Names in a file are whatever its maker wrote: no line breaks or control characters reach a terminal.
    /// </summary>
    internal static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var line = new StringBuilder(text.Length);
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxPartLength)))
            line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
        if (text.Length > MaxPartLength) line.Append('…');
        return line.ToString().TrimEnd('.', ' ');
    }
}
