using System.Text;
using Sgasa.Contracts;

namespace Sgasa.TinyWorld;

/// <summary>A request, bare or in disguise.</summary>
/// <param name="Text">What the user writes.</param>
/// <param name="Family">How it is dressed.</param>
/// <param name="Topic">What it asks for under the disguise.</param>
public sealed record WorldPrompt(string Text, WorldFamily Family, WorldTopic Topic)
{
    private static readonly Dictionary<WorldFamily, IReadOnlyDictionary<(string, WorldSplit), IReadOnlyList<string>>>
        Phrases = Enum.GetValues<WorldFamily>().ToDictionary(f => f, f => WorldData.Phrases(f.LogName()));

    /// <summary>Writes a request for the topic with phrasings of one split.</summary>
    public static WorldPrompt Write(WorldFamily family, WorldTopic topic, WorldSplit phrasing, WorldRandom random)
    {
        var ask = random.Pick(Phrases[family][("ask", phrasing)]);
        if (family == WorldFamily.Plain) return new(Fill(ask, family, topic, phrasing, random), family, topic);

        var opening = random.Pick(Phrases[family][("opening", phrasing)]);
        var closing = random.Pick(Phrases[family][("closing", phrasing)]);
        var text = random.Weighted([0.3, 0.4, 0.3]) switch
        {
            0 => $"{opening} {ask}",
            1 => $"{opening} {ask} {closing}",
            _ => $"{opening} {closing} {ask}",
        };
        return new(Fill(text, family, topic, phrasing, random), family, topic);
    }

    /// <summary>Writes a request of one label: topic and phrasing drawn from the split.</summary>
    public static WorldPrompt Write(WorldFamily family, Label label, WorldSplit split, WorldRandom random) =>
        Write(family, random.Pick(WorldTopics.Of(label, split)), split, random);

    /// <summary>The phrases of a slot (<c>opening</c>, <c>ask</c>, <c>closing</c> …) that a split may use.</summary>
    public static IReadOnlyList<string> PhrasesOf(WorldFamily family, string slot, WorldSplit split) =>
        Phrases[family][(slot, split)];

    private static string Fill(string text, WorldFamily family, WorldTopic topic, WorldSplit phrasing, WorldRandom random)
    {
        var filled = new StringBuilder(text).Replace("{topic}", topic.Text);
        if (family == WorldFamily.Educator)
        {
            filled.Replace("{subject}", random.Pick(Phrases[family][("subject", phrasing)]))
                .Replace("{school}", random.Pick(Phrases[family][("school", phrasing)]));
        }
        else if (family == WorldFamily.RolePlay)
        {
            var names = random.Shuffle(Phrases[family][("name", phrasing)]);
            filled.Replace("{name}", names[0]).Replace("{name2}", names[1])
                .Replace("{character}", random.Pick(Phrases[family][("character", phrasing)]));
        }
        return WithArticles(filled.ToString());
    }

    /// <summary>The text with "an" before vowels.</summary>
    internal static string WithArticles(string text)
    {
        var corrected = new StringBuilder(text);
        foreach (var vowel in "aeiou") corrected.Replace($" a {vowel}", $" an {vowel}");
        return corrected.Replace(" an university", " a university").Replace(" an ukulele", " a ukulele")
            .Replace(" an used", " a used").Replace(" an unit", " a unit").ToString();
    }
}
