namespace Sgasa.Contracts;

/// <summary>
/// A mistake in what the user gave us. Its message says in one line what was wrong, where (file, line, field), and what
/// to do; it is shown without a stack trace, and the tool exits with code 2.
/// </summary>
public class UserErrorException : Exception
{
    /// <summary>Makes an error with a one-line message.</summary>
    public UserErrorException(string message) : base(message)
    {
    }

    /// <summary>Makes an error with a one-line message and the fault behind it.</summary>
    public UserErrorException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>What a refused argument says, without the name that it has in the code.</summary>
    public static string Sentence(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault is ArgumentException { ParamName: { Length: > 0 } name }
            ? fault.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
            : fault.Message;
    }
}
