namespace Sgasa.Modeling.Chat.Jinja.Values;

/// <summary>A template that can't be parsed, or an operation in it that fails.</summary>
internal sealed class JinjaException : Exception
{
    /// <summary>Makes an error; without a line it gets that of the statement being run.</summary>
    public JinjaException(string message, int line = 0) : base(message) => Line = line;

    /// <summary>The line in the template, from 1; 0 where it is not known yet.</summary>
    public int Line { get; }

    /// <summary>Whether the template itself raised it, by calling <c>raise_exception</c>.</summary>
    public bool RaisedByTemplate { get; init; }
}
