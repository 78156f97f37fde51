namespace Sgasa.Integration.Tests;

/// <summary>
/// How long is waited for what may never come. None of it is a measure of speed: a round here takes half a minute, and
/// a wait ends as soon as what it waits for is there. The limits hold on a machine that is ten times slower.
/// </summary>
internal static class Patience
{
    /// <summary>All that a test does with one deployment.</summary>
    public static TimeSpan Test { get; } = TimeSpan.FromMinutes(15);

    /// <summary>The next sign of a round's progress.</summary>
    public static TimeSpan Round { get; } = TimeSpan.FromMinutes(10);

    /// <summary>A service that starts, or settles.</summary>
    public static TimeSpan Service { get; } = TimeSpan.FromMinutes(5);

    /// <summary>One answer.</summary>
    public static TimeSpan Answer { get; } = TimeSpan.FromMinutes(1);
}
