namespace Sgasa.Coordinator.Api.Problems;

/// <summary>The API does not answer a request; the message says why and what to do.</summary>
internal sealed class ApiRefusedException(int status, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;
}
