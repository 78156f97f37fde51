namespace Sgasa.Cli.Reports;

/// <summary>What is wrong with a model folder, for <c>model verify --json</c>.</summary>
public sealed record VerificationReport
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public required bool Valid { get; init; }

    /// <summary>One line for each problem.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
