namespace Sgasa.Modeling;

/// <summary>
/// A device or number type was asked for that does not exist, or not here; the message says what can be asked for.
/// </summary>
public sealed class PlacementException(string message) : Exception(message);
