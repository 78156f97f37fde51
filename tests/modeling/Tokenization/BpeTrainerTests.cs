using CsCheck;
using Sgasa.Modeling.Tokenization;

namespace Sgasa.Modeling.Tests.Tokenization;

public sealed class BpeTrainerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Train_SmallCorpus_MergesTheMostFrequentPairFirst()
    {
        // low 5, lower 2, newest 6: "we" is seen 8 times, "lo" and "ow" 7 times, "ne", "es" and "st" 6 times.
        // Once "we" is a token, "ow" is left in low only: 5.
        var texts = Enumerable.Repeat("low", 5).Concat(Enumerable.Repeat("lower", 2)).Concat(Enumerable.Repeat("newest", 6));

        var vocabulary = BpeTrainer.Train(texts, 259, cancellationToken: Token);

        vocabulary.Tokens.Count.ShouldBe(259);
        vocabulary.Merges.Take(2).ShouldBe([("w", "e"), ("l", "o")]);
    }

    [Fact]
    public void Train_EqualCounts_TakesThePairOfSmallerIds()
    {
        var forward = BpeTrainer.Train(["ab", "cd", "ab", "cd"], 258, cancellationToken: Token);
        var backward = BpeTrainer.Train(["cd", "cd", "ab", "ab"], 258, cancellationToken: Token);

        forward.Merges.ShouldBe([("a", "b"), ("c", "d")]);
        backward.Merges.ShouldBe(forward.Merges);
    }

    [Fact]
    public void Train_RareCorpus_StopsBelowTheWantedSize()
    {
        var vocabulary = BpeTrainer.Train(["abc"], 1000, cancellationToken: Token);

        vocabulary.Tokens.Count.ShouldBe(256);
        vocabulary.Merges.ShouldBeEmpty();
    }

    [Fact]
    public void Train_AnyCorpus_MergesAsCountingAfreshWould()
    {
        var word = Gen.Char["abc"].Array[1, 8].Select(chars => new string(chars));

        word.Array[1, 12].Sample(
            words => BpeTrainer.Train(words, 266, cancellationToken: Token).Merges.ShouldBe(TrainSlowly(words, 10)));
    }

    /// <summary>The definition: count all pairs, merge the best, begin again.</summary>
    private static List<(string, string)> TrainSlowly(string[] words, int merges)
    {
        var split = words.Select(w => w.Select(c => c.ToString()).ToList()).ToList();
        var order = new List<string> { "a", "b", "c" };
        var made = new List<(string, string)>();
        while (order.Distinct().Count() < 3 + merges)
        {
            var best = split.SelectMany(w => w.Zip(w.Skip(1))).GroupBy(p => p)
                .Where(g => g.Count() >= 2)
                .OrderByDescending(g => g.Count()).ThenBy(g => order.IndexOf(g.Key.First)).ThenBy(g => order.IndexOf(g.Key.Second))
                .FirstOrDefault();
            if (best is null) break;
            made.Add(best.Key);
            order.Add(best.Key.First + best.Key.Second);
            foreach (var w in split)
                for (var i = 0; i + 1 < w.Count; i++)
                    if ((w[i], w[i + 1]) == best.Key)
                    {
                        w[i] += w[i + 1];
                        w.RemoveAt(i + 1);
                    }
        }
        return made;
    }
}
