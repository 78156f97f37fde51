using System.ComponentModel.DataAnnotations;

namespace Sgasa.Coordinator;

/// <summary>How this host coordinates rounds.</summary>
public sealed class CoordinatorOptions
{
    /// <summary>The configuration section these options are read from.</summary>
    public const string Section = "Coordinator";

    /// <summary>
    /// Whether rounds that were running when the host stopped go on when it starts. Off, a round goes on when it is asked
    /// for again.
    /// </summary>
    public bool ResumeOnStart { get; set; } = true;

    /// <summary>
    /// How often, over a broker, running rounds are looked at: one without news since the last look is asked for its
    /// outstanding work again, then after twice as long, and so on.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LookInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// By how much <em>not overrefuse</em> may fall below the parent's before a candidate is rejected, 0 to 1. Read when
    /// a round begins.
    /// </summary>
    [Range(0.0, 1.0)]
    public double OverrefusalTolerance { get; set; } = 0.1;
}
