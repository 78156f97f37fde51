using Sgasa.Contracts;

namespace Sgasa.AttackLogs;

/// <summary>Labels as attack logs write them.</summary>
public static class LabelWord
{
    /// <summary>The word for a label.</summary>
    public static string Of(Label label) => label == Label.Harmful ? "harmful" : "benign";

    /// <summary>The label that a word means, upper or lower case; null where it means none.</summary>
    public static Label? Read(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.Trim().ToLowerInvariant() switch
        {
            "harmful" => Label.Harmful,
            "benign" => Label.Benign,
            _ => null,
        };
    }
}
