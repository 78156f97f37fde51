namespace Sgasa.Modeling;

/// <summary>libtorch or TorchSharp's native library cannot be loaded on this system; the message names the remedy.</summary>
public sealed class TorchUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
