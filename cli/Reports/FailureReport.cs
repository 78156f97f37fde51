namespace Sgasa.Cli.Reports;

/// <summary>What <c>--json</c> prints when a command fails.</summary>
public sealed record FailureReport
{
    /// <summary>The message that standard error has too, without its <c>error:</c>.</summary>
    public required string Error { get; init; }

    /// <summary>The process's exit code.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The round that failed, if it is about one.</summary>
    public string? Round { get; init; }
}
