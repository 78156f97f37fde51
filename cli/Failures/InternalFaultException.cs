namespace Sgasa.Cli.Failures;

/// <summary>Something broke that is not the user's to mend; the message says where the details are.</summary>
public sealed class InternalFaultException(Exception fault, string logFile)
    : Exception($"{fault.GetType().Name}: {fault.Message} Details are in {logFile}", fault);
