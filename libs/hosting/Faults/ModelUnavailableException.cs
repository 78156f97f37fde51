namespace Sgasa.Hosting;

/// <summary>A model could not answer just now: a transient fault, worth another try.</summary>
public sealed class ModelUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException);
