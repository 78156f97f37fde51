namespace Sgasa.Modeling.Numerics;

/// <summary>Random numbers that depend on a seed and a counter alone, so that no draw depends on earlier draws.</summary>
internal static class CounterRandom
{
    /// <summary>A uniform number in [0, 1).</summary>
    public static double Uniform(ulong seed, ulong counter) =>
        (Mix(Mix(seed) + counter * 0x9e3779b97f4a7c15) >> 11) * (1.0 / (1UL << 53));

    /// <summary>The finaliser of splitmix64.</summary>
    public static ulong Mix(ulong x)
    {
        x += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
