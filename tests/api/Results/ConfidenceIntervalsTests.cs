using CsCheck;
using Sgasa.Api.Results;

namespace Sgasa.Api.Tests.Results;

public sealed class ConfidenceIntervalsTests
{
    [Theory]
    // z² = 3.84146. None of ten: the upper end is z² / (n + z²) = 3.84146 / 13.84146; all of ten mirrors it.
    [InlineData(0, 10, 0.0, 0.27753)]
    [InlineData(10, 10, 0.72247, 1.0)]
    // 8 of 10: (0.8 + 0.192073 ± 1.959964 · √(0.016 + 0.00960365)) / 1.384146 = (0.992073 ± 0.313617) / 1.384146.
    [InlineData(8, 10, 0.49016, 0.94332)]
    // 45 of 90: 0.5 ± 1.959964 · √(0.25 / 90 + 3.84146 / 32400) / (1 + 3.84146 / 90) = 0.5 ± 0.105481 / 1.042683.
    [InlineData(45, 90, 0.39884, 0.60116)]
    public void Wilson_KnownCounts_GivesTheDerivedEnds(int k, int n, double low, double high)
    {
        var interval = ConfidenceIntervals.Wilson(k, n);

        interval.Low.ShouldBe(low, 5e-6);
        interval.High.ShouldBe(high, 5e-6);
    }

    [Fact]
    public void Wilson_AnyCounts_HoldsTheShareAndStaysWithinZeroAndOne() =>
        Gen.Int[1, 5_000].SelectMany(n => Gen.Int[0, n].Select(k => (k, n))).Sample(counts =>
        {
            var (low, high) = ConfidenceIntervals.Wilson(counts.k, counts.n);
            var share = (double)counts.k / counts.n;

            low.ShouldBeInRange(0, share);
            high.ShouldBeInRange(share, 1);
        });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 5)]
    [InlineData(6, 5)]
    public void Wilson_ImpossibleCounts_Throws(int k, int n) =>
        Should.Throw<ArgumentOutOfRangeException>(() => ConfidenceIntervals.Wilson(k, n));

    [Fact]
    public void MeanOfTwo_KnownShares_AddsTheDistancesInSquares()
    {
        // Distances down 0.3 and 0.4 make 0.5, up 0.06 and 0.08 make 0.1; the mean moves by half of each.
        var interval = ConfidenceIntervals.MeanOfTwo(0.8, new Interval(0.5, 0.86), 0.6, new Interval(0.2, 0.68));

        interval.Low.ShouldBe(0.45, 1e-12);
        interval.High.ShouldBe(0.75, 1e-12);
    }
}
