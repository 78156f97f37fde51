using Sgasa.Api.Deployments;

namespace Sgasa.Cli.Reports;

/// <summary>The messages that a deployment gave up, for <c>faults --json</c>.</summary>
public sealed record FaultList
{
    /// <summary>The faults, oldest first in each queue.</summary>
    public required IReadOnlyList<MessageFault> Faults { get; init; }
}
