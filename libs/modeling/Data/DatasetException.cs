namespace Sgasa.Modeling.Training;

/// <summary>
/// A data set that can't be used. The message says in one line which file, row and column, what is wrong, and what to do
/// about it.
/// </summary>
public sealed class DatasetException : Exception
{
    /// <summary>Makes an error about a data set.</summary>
    /// <param name="where">The file, and the row in it.</param>
    /// <param name="what">What is wrong, as a clause.</param>
    /// <param name="remedy">What the user can do, as a clause; null when there is nothing to add.</param>
    /// <param name="innerException">The fault behind it, if any.</param>
    public DatasetException(string where, string what, string? remedy = null, Exception? innerException = null)
        : base(ModelFormatException.Sentences(where, what, remedy), innerException) => Where = where;

    /// <summary>The file, and the row and column in it.</summary>
    public string Where { get; }
}
