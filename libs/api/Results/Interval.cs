namespace Sgasa.Api.Results;

/// <summary>A 95 % confidence interval of a share, both ends between 0 and 1.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public sealed record Interval(double Low, double High);
