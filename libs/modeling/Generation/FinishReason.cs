namespace Sgasa.Modeling;

/// <summary>Why a response ended.</summary>
public enum FinishReason
{
    /// <summary>An end token was sampled.</summary>
    Stop,

    /// <summary>The token limit or the model's longest sequence was reached.</summary>
    Length,

    /// <summary>The request was cancelled.</summary>
    Cancelled,
}
