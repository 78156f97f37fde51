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
    /// By how much <em>not overrefuse</em> may fall below the parent's before a candidate is rejected, 0 to 1. Read when
    /// a round begins.
    /// </summary>
    [Range(0.0, 1.0)]
    public double OverrefusalTolerance { get; set; } = 0.1;
}
