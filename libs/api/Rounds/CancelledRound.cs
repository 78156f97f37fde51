namespace Sgasa.Api.Rounds;

/// <summary>Where a round stands after it was asked to stop.</summary>
/// <param name="Id">The round.</param>
/// <param name="Status">Where it stands; a round that had ended stays as it was.</param>
public sealed record CancelledRound(string Id, RoundStatus Status);
