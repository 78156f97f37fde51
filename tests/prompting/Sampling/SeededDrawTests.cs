using CsCheck;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Prompting.Tests.Sampling;

public sealed class SeededDrawTests
{
    [Fact]
    public void Some_AnyCountAndSeed_GivesDifferentItemsTheSameEachTime()
    {
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 40], Gen.Long).Sample((size, count, seed) =>
        {
            var items = Enumerable.Range(0, size).ToList();

            var drawn = SeededDraw.Some(items, count, seed);

            drawn.Count.ShouldBe(Math.Min(size, count));
            drawn.Distinct().Count().ShouldBe(drawn.Count);
            drawn.ShouldBeSubsetOf(items);
            SeededDraw.Some(items, count, seed).ShouldBe(drawn);
        });
    }

    [Fact]
    public void Some_ManySeeds_DrawsEachItemInEachPlaceEquallyOften()
    {
        var counts = new int[4, 2];
        for (var seed = 0L; seed < 4_000; seed++)
        {
            var drawn = SeededDraw.Some([0, 1, 2, 3], 2, seed);
            counts[drawn[0], 0]++;
            counts[drawn[1], 1]++;
        }

        // 1000 each is expected, with a standard deviation of 27; the seeds are fixed.
        counts.Cast<int>().ShouldAllBe(n => n > 880 && n < 1_120);
    }

    [Fact]
    public void Some_KnownSeed_IsTheSameOnEveryMachine()
    {
        SeededDraw.Some(["a", "b", "c", "d", "e"], 5, 42).ShouldBe(Expected);
    }

    [Fact]
    public void One_Nothing_Throws()
    {
        Should.Throw<ArgumentException>(() => SeededDraw.One(Array.Empty<int>(), 1));
    }

    private static readonly string[] Expected = Draw("abcde", 42);

    /// <summary>The same by the definition: the i-th draw takes SHA-256(seed, i) modulo what is left.</summary>
    private static string[] Draw(string items, long seed)
    {
        var left = items.ToList();
        var drawn = new List<string>();
        for (var i = 0; i < items.Length; i++)
        {
            byte[] input = [.. BitConverter.GetBytes(seed), .. BitConverter.GetBytes(i)];
            var number = BitConverter.ToUInt64(System.Security.Cryptography.SHA256.HashData(input));
            var index = (int)(number % (ulong)(items.Length - i));
            drawn.Add($"{left[index]}");
            // A Fisher-Yates shuffle puts the first of those left where the drawn one was.
            left[index] = left[0];
            left.RemoveAt(0);
        }

        return [.. drawn];
    }
}
