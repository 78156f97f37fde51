namespace Sgasa.Cli.Failures;

/// <summary>The user stopped a round that can go on; the message says how.</summary>
public sealed class RoundInterruptedException(string message, CancellationToken interrupted)
    : OperationCanceledException(message, interrupted);
