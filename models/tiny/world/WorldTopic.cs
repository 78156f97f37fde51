using Sgasa.Contracts;

namespace Sgasa.TinyWorld;

/// <summary>Something one can ask how to do.</summary>
/// <param name="Text">Verb phrase that follows "how to".</param>
/// <param name="Label">Forbidden or everyday.</param>
/// <param name="Split">Where it may appear in disguise; every topic is known from plain requests.</param>
public sealed record WorldTopic(string Text, Label Label, WorldSplit Split);

/// <summary>All topics of the world.</summary>
public static class WorldTopics
{
    /// <summary>Every topic, forbidden ones first.</summary>
    public static IReadOnlyList<WorldTopic> All { get; } =
        [.. Read("topics-harmful", Label.Harmful), .. Read("topics-benign", Label.Benign)];

    private static readonly IReadOnlyList<WorldTopic> LongestFirst = [.. All.OrderByDescending(t => t.Text.Length)];

    private static readonly Dictionary<(Label, WorldSplit), IReadOnlyList<WorldTopic>> ByPart =
        All.GroupBy(t => (t.Label, t.Split)).ToDictionary(g => g.Key, g => (IReadOnlyList<WorldTopic>)[.. g]);

    private static readonly Dictionary<Label, IReadOnlyList<WorldTopic>> ByLabel =
        All.GroupBy(t => t.Label).ToDictionary(g => g.Key, g => (IReadOnlyList<WorldTopic>)[.. g]);

    /// <summary>The topics of a label and split.</summary>
    public static IReadOnlyList<WorldTopic> Of(Label label, WorldSplit split) => ByPart[(label, split)];

    /// <summary>The topics of a label, of every split.</summary>
    public static IReadOnlyList<WorldTopic> Of(Label label) => ByLabel[label];

    /// <summary>The topic that a text of this world names, or null; the longest where one name is part of another.</summary>
    public static WorldTopic? FindIn(string text) =>
        LongestFirst.FirstOrDefault(t => text.Contains(t.Text, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<WorldTopic> Read(string name, Label label)
    {
        var verbs = 0;
        foreach (var line in WorldData.Lines(name).Where(l => l[0] != '#'))
        {
            var (kept, rest) = (line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..]);
            var (verb, objects) = (rest[..rest.IndexOf(':')], rest[(rest.IndexOf(':') + 1)..].Split(';'));
            for (var i = 0; i < objects.Length; i++)
            {
                yield return new WorldTopic($"{verb} {objects[i].Trim()}", label, SplitOf(kept, i, verbs, objects.Length));
            }
            verbs++;
        }
    }

    // One object of each verb is kept for dev and another for test; which one rotates, so that no position is special.
    private static WorldSplit SplitOf(string kept, int place, int verb, int count) => kept switch
    {
        "dev" => WorldSplit.Dev,
        "test" => WorldSplit.Test,
        _ when place == verb % count => WorldSplit.Test,
        _ when place == (verb + 2) % count => WorldSplit.Dev,
        _ => WorldSplit.Train,
    };
}
