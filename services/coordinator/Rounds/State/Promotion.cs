namespace Sgasa.Coordinator.Rounds;

/// <summary>The end of a round: whether its candidate becomes the champion.</summary>
/// <param name="Promoted">Promoted or rejected.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record Promotion(bool Promoted, string Reason);
