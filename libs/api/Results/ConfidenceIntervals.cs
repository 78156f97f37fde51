namespace Sgasa.Api.Results;

/// <summary>95 % confidence intervals of shares and of the mean of two shares.</summary>
public static class ConfidenceIntervals
{
    // The 97.5 % quantile of the standard normal distribution.
    private const double Z = 1.959963984540054;

    /// <summary>
    /// Wilson's score interval of k out of n. Unlike p ± z·s it stays within 0 and 1, and is right for few prompts and
    /// for shares near either end.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">n is not positive, or k is not between 0 and n.</exception>
    public static Interval Wilson(int k, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        var p = (double)k / n;
        var centre = p + Z * Z / (2.0 * n);
        var spread = Z * Math.Sqrt((p * (1 - p) + Z * Z / (4.0 * n)) / n);
        var scale = 1 + Z * Z / n;
        // At either end the bound is exact, but its rounding need not be.
        return new Interval(k == 0 ? 0 : (centre - spread) / scale, k == n ? 1 : (centre + spread) / scale);
    }

    /// <summary>
    /// Newcombe's square-and-add interval (MOVER) of the mean of two independent shares: the distances from each share to
    /// the ends of its Wilson interval add up in squares.
    /// </summary>
    public static Interval MeanOfTwo(double a, Interval ofA, double b, Interval ofB)
    {
        ArgumentNullException.ThrowIfNull(ofA);
        ArgumentNullException.ThrowIfNull(ofB);
        var mean = (a + b) / 2;
        return new Interval(
            mean - double.Hypot(a - ofA.Low, b - ofB.Low) / 2,
            mean + double.Hypot(ofA.High - a, ofB.High - b) / 2);
    }
}
