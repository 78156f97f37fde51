namespace Sgasa.Hosting;

/// <summary>How far a word that nobody knows is from one that is known, for "did you mean".</summary>
public static class Spelling
{
    private const int Counted = 64;

    /// <summary>Levenshtein distance; an unknown word may be of any length, so only its start counts.</summary>
    /// <param name="known">A known word.</param>
    /// <param name="unknown">The word given.</param>
    public static int Distance(string known, string unknown)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(unknown);
        unknown = unknown.Length > Counted ? unknown[..Counted] : unknown;
        var row = Enumerable.Range(0, unknown.Length + 1).ToArray();
        for (var i = 1; i <= known.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= unknown.Length; j++)
            {
                var replaced = diagonal + (known[i - 1] == unknown[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
