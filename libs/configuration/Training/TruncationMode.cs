namespace Sgasa.Modeling.Training;

/// <summary>What happens to an example that is longer than a run allows.</summary>
public enum TruncationMode
{
    /// <summary>The run is refused, with a message that names the example.</summary>
    Refuse,

    /// <summary>The example is left out.</summary>
    Drop,

    /// <summary>
    /// Its beginning is kept, as TRL's <c>keep_start</c>; it is left out where no completion token would be left.
    /// </summary>
    KeepStart,

    /// <summary>Its end is kept, as TRL's <c>keep_end</c>; at least one token before the completion stays.</summary>
    KeepEnd,
}
