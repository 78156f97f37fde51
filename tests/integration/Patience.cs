using System.Globalization;

namespace Sgasa.Integration.Tests;

/// <summary>
/// How long things may take. On two cores of its own a round here takes half a minute; the limits leave room for tests
/// that run beside these. On a machine that does much else besides, the environment variable <c>SGASA_PATIENCE</c>
/// multiplies them.
/// </summary>
internal static class Patience
{
    private static readonly double Factor = double.Parse(
        Environment.GetEnvironmentVariable("SGASA_PATIENCE") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>All that a test does with one deployment.</summary>
    public static TimeSpan Test { get; } = TimeSpan.FromMinutes(5) * Factor;

    /// <summary>The next sign of a round's progress.</summary>
    public static TimeSpan Round { get; } = TimeSpan.FromMinutes(3) * Factor;

    /// <summary>A service that starts, or settles.</summary>
    public static TimeSpan Service { get; } = TimeSpan.FromSeconds(90) * Factor;

    /// <summary>One answer.</summary>
    public static TimeSpan Answer { get; } = TimeSpan.FromSeconds(20) * Factor;
}
