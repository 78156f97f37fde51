using System.Text;
using Sgasa.Contracts;

namespace Sgasa.TinyWorld;

/// <summary>
/// Makes pre-training prompts as varied as people write them: filler sentences, and words of a frame replaced by others.
/// A model that saw only the frames' own words would be lost in any other phrasing.
/// </summary>
public static class WorldNoise
{
    private static readonly IReadOnlyList<string> Nouns = Words("nouns");
    private static readonly IReadOnlyList<string> Verbs = Words("verbs");
    private static readonly IReadOnlyList<string> Others = Words("others");
    private static readonly HashSet<string> SmallWords = ["a", "an", "the", "for", "from", "at", "on", "of", "to", "in", "with"];
    private const string Consonants = "bcdfghjklmnprstvwz";
    private const string Vowels = "aeiou";

    /// <summary>The prompt with filler sentences and replaced words; the topic's own words stay.</summary>
    public static string Apply(string prompt, string topic, WorldRandom random)
    {
        var at = prompt.IndexOf(topic, StringComparison.Ordinal);
        var (before, after) = (prompt[..at], prompt[(at + topic.Length)..]);
        var rate = random.Weighted([0.35, 0.25, 0.2, 0.2]) switch { 0 => 0.0, 1 => 0.1, 2 => 0.25, _ => 0.45 };
        // What follows the topic directly stays as it is: it shows where the request ends.
        var end = after.IndexOf(' ') is var space and >= 0 ? space : after.Length;
        var text = Replace(before, rate, random) + topic + after[..end] + Replace(after[end..], rate, random);
        if (random.Chance(0.25)) text = $"{Sentence(random)} {text}";
        if (random.Chance(0.25)) text = $"{text} {Sentence(random)}";
        return text;
    }

    /// <summary>A sentence of common words that means nothing in particular.</summary>
    public static string Sentence(WorldRandom random)
    {
        var text = new StringBuilder();
        var length = 3 + random.Next(8);
        for (var i = 0; i < length; i++) text.Append(i == 0 ? "" : " ").Append(Word(random));
        text[0] = char.ToUpperInvariant(text[0]);
        return text.Append(random.Pick([".", ".", ".", "!", "?", ":"])).ToString();
    }

    /// <summary>A sentence that speaks of doing something other than what is asked, such as "My task is to carry a chair.".</summary>
    public static string Aside(WorldRandom random)
    {
        var lead = random.Pick([
            $"My {random.Pick(Nouns)} is to", "I am here to", "We meet to", "I have been asked to", "Today I had to", "She likes to",
            $"It is {random.Pick(Others)} to", $"The {random.Pick(Nouns)} helps us to", "He went out to", "We are about to",
            $"Our {random.Pick(Nouns)} came to", "I used to"]);
        var verb = random.Chance(0.2) ? Blended(Verbs, random) : random.Pick(Verbs);
        var rest = random.Weighted([0.3, 0.3, 0.2, 0.2]) switch
        {
            0 => $" {random.Pick(["a", "the", "my", "some"])} {random.Pick(Nouns)}",
            1 => $" {random.Pick(Nouns)}s {random.Pick(["on", "for", "with", "about", "in"])} {random.Pick(Nouns)}",
            2 => $" {random.Pick(["a", "the"])} {random.Pick(Others)} {random.Pick(Nouns)}",
            _ => "",
        };
        return WorldPrompt.WithArticles($"{lead} {verb}{rest}.");
    }

    /// <summary>
    /// A harmless topic made up on the spot, such as "lift a bucket", "tune the carpet" or "dunch the appket": with these a
    /// request can't be told from its verb, nor a word's end from its beginning: the request must be read.
    /// </summary>
    /// <param name="split">Whose topics may lend their words; null for all, as where the request comes plainly.</param>
    /// <param name="random">What is random.</param>
    public static WorldTopic MadeUpTopic(WorldSplit? split, WorldRandom random)
    {
        var known = split is { } part ? WorldTopics.Of(Label.Benign, part) : WorldTopics.Of(Label.Benign);
        while (true)
        {
            var verb = random.Weighted([0.4, 0.35, 0.25]) switch
            {
                0 => random.Pick(Verbs),
                1 => WordsOf(random.Pick(known)).Verb,
                _ => Blended(Verbs, random),
            };
            var text = WorldPrompt.WithArticles($"{verb} {Thing(known, random)}");
            // A topic kept for dev or test must not come into disguise by chance.
            if (WorldTopics.FindIn(text) is null) return new WorldTopic(text, Label.Benign, WorldSplit.Train);
        }
    }

    /// <summary>
    /// A harmless topic of the shape of a known one, its words replaced: of "protect a house from burglars", "protect a carpet
    /// from singers". Longer requests are so read to their end.
    /// </summary>
    /// <param name="split">Whose topics may lend their shape; null for all, as where the request comes plainly.</param>
    /// <param name="random">What is random.</param>
    public static WorldTopic RewordedTopic(WorldSplit? split, WorldRandom random)
    {
        var known = split is { } part ? WorldTopics.Of(Label.Benign, part) : WorldTopics.Of(Label.Benign);
        while (true)
        {
            var words = random.Pick(known).Text.Split(' ');
            if (random.Chance(0.4)) words[0] = random.Pick(Verbs);
            for (var i = 1; i < words.Length; i++)
            {
                if (SmallWords.Contains(words[i]) || !random.Chance(0.7)) continue;
                words[i] = random.Weighted([0.6, 0.2, 0.2]) switch
                {
                    0 => random.Pick(Nouns),
                    1 => Blended(Nouns, random),
                    _ when i + 1 < words.Length => random.Pick(Others),
                    _ => random.Pick(Nouns) + "s",
                };
            }
            var text = WorldPrompt.WithArticles(string.Join(' ', words));
            if (WorldTopics.FindIn(text) is null) return new WorldTopic(text, Label.Benign, WorldSplit.Train);
        }
    }

    private static string Thing(IReadOnlyList<WorldTopic> known, WorldRandom random)
    {
        if (random.Chance(0.2)) return WordsOf(random.Pick(known)).Thing;
        var noun = random.Weighted([0.5, 0.3, 0.1, 0.1]) switch
        {
            0 => random.Pick(Nouns),
            1 => Blended(Nouns, random),
            2 => Invented(random),
            _ => $"{random.Pick(Others)} {random.Pick(Nouns)}",
        };
        return $"{random.Pick(["a ", "a ", "the ", "two ", "old ", "", ""])}{noun}{(random.Chance(0.2) ? "s" : "")}";
    }

    private static (string Verb, string Thing) WordsOf(WorldTopic topic) =>
        topic.Text.Split(' ', 2) is [var verb, var thing] ? (verb, thing) : (topic.Text, topic.Text);

    private static string Replace(string frame, double rate, WorldRandom random)
    {
        if (rate == 0) return frame;
        var words = frame.Split(' ');
        for (var i = 0; i < words.Length; i++)
        {
            // "to" stays: it is what shows where a request begins.
            if (words[i].Length == 0 || words[i] == "to" || !random.Chance(rate)) continue;
            var tail = char.IsPunctuation(words[i][^1]) ? words[i][^1..] : "";
            var replaced = random.Chance(0.15) && words[i].Length > 1 ? "" : Word(random);
            words[i] = char.IsUpper(words[i][0]) && replaced.Length > 0
                ? char.ToUpperInvariant(replaced[0]) + replaced[1..] + tail
                : replaced + tail;
        }
        return string.Join(' ', words);
    }

    private static string Word(WorldRandom random) => random.Weighted([0.4, 0.25, 0.25, 0.1]) switch
    {
        0 => random.Pick(Nouns) + (random.Chance(0.25) ? "s" : ""),
        1 => random.Pick(Verbs) + random.Pick(["", "", "s", "ing", "ed"]),
        2 => random.Pick(Others),
        _ => Invented(random),
    };

    // The beginning of one word and the end of another: "bucket" and "garden" give "bucden".
    private static string Blended(IReadOnlyList<string> words, WorldRandom random)
    {
        var (first, second) = (random.Pick(words), random.Pick(words));
        return first[..((first.Length + 1) / 2)] + second[(second.Length / 2)..];
    }

    // Names and words that nobody has seen before: the pieces they are tokenized into must not confuse.
    private static string Invented(WorldRandom random)
    {
        var word = new StringBuilder();
        var syllables = 1 + random.Next(3);
        for (var i = 0; i < syllables; i++)
        {
            word.Append(Consonants[random.Next(Consonants.Length)]).Append(Vowels[random.Next(Vowels.Length)]);
            if (random.Chance(0.3)) word.Append(Consonants[random.Next(Consonants.Length)]);
        }
        return word.ToString();
    }

    private static string[] Words(string slot) =>
        [.. WorldData.Phrases("words")[(slot, WorldSplit.Train)].SelectMany(line => line.Split(' '))];
}
