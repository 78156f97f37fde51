namespace Sgasa.Modeling;

/// <summary>
/// A conversation that the model's chat template refuses, such as roles in the wrong order, or an operation in the template
/// that fails.
/// </summary>
public sealed class ChatTemplateException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="message">What the template said, or what failed and where.</param>
    /// <param name="line">The line in the template, from 1.</param>
    /// <param name="innerException">The fault behind it.</param>
    public ChatTemplateException(string message, int line, Exception? innerException = null) : base(message, innerException) =>
        Line = line;

    /// <summary>The line in the template, from 1.</summary>
    public int Line { get; }
}
