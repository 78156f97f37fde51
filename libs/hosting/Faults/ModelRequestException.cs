namespace Sgasa.Hosting;

/// <summary>A model will never answer this request, e.g. because it names an unknown checkpoint: a permanent fault.</summary>
public sealed class ModelRequestException(string message, Exception? innerException = null)
    : Exception(message, innerException);
