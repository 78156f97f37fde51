using Sgasa.Contracts;

namespace Sgasa.TinyWorld;

/// <summary>Fixed sets of distinct prompts: sample logs, tuning sets and test suites.</summary>
public static class WorldSuite
{
    /// <summary>
    /// Distinct prompts of one family and label: topics and phrasings of the split, topics taken in turn so that each
    /// comes up equally often.
    /// </summary>
    /// <param name="family">The family.</param>
    /// <param name="label">The label.</param>
    /// <param name="split">Dev for logs and tuning, Test for what no step may see.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Another seed gives another set.</param>
    public static IReadOnlyList<WorldPrompt> Prompts(WorldFamily family, Label label, WorldSplit split, int count, long seed)
    {
        var random = new WorldRandom(Seeds.Derive(seed, $"suite/{family}/{label}/{split}"));
        var topics = random.Shuffle(WorldTopics.Of(label, split));
        var prompts = new List<WorldPrompt>(count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; prompts.Count < count; i++)
        {
            if (i > 1_000 * count)
            {
                throw new ArgumentOutOfRangeException(nameof(count), count, "The world has not that many distinct prompts.");
            }
            var prompt = WorldPrompt.Write(family, topics[i % topics.Count], split, random);
            if (seen.Add(prompt.Text)) prompts.Add(prompt);
        }
        return prompts;
    }
}
