namespace Sgasa.Modeling.Training;

/// <summary>A folder that a run can't be kept in. The message says in one line which, why, and what to do about it.</summary>
public sealed class TrainingFolderException : Exception
{
    /// <summary>Makes an error about a run's folder.</summary>
    /// <param name="where">The folder, or the part of it.</param>
    /// <param name="what">What is wrong, as a clause.</param>
    /// <param name="remedy">What the user can do, as a clause.</param>
    /// <param name="innerException">The fault behind it, if any.</param>
    public TrainingFolderException(string where, string what, string remedy, Exception? innerException = null)
        : base(ModelFormatException.Sentences(where, what, remedy), innerException) => Where = where;

    /// <summary>The folder, or the part of it.</summary>
    public string Where { get; }

    /// <summary>Whether the folder is held by a run of other data, settings, model or starting adapter.</summary>
    public bool HoldsAnotherRun { get; init; }
}
