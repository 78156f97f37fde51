namespace Sgasa.Api.Deployments;

/// <summary>How many given-up messages were put back, or dropped.</summary>
/// <param name="Count">Their number.</param>
public sealed record HandledFaults(int Count);
