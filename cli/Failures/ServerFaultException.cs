namespace Sgasa.Cli.Failures;

/// <summary>A server does not answer, or not as it should; the message says what to do.</summary>
public sealed class ServerFaultException(string message, Exception? innerException = null) : Exception(message, innerException);
