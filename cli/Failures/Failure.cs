using Sgasa.Contracts;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Failures;

/// <summary>A command's bad end: what the user reads and what the shell gets.</summary>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Message">One line, without a stack trace.</param>
/// <param name="RoundId">The round that it is about, if any.</param>
internal sealed record Failure(int ExitCode, string Message, string? RoundId = null)
{
    /// <summary>What standard error says.</summary>
    public string Line => ExitCode == ExitCodes.Interrupted ? Message : $"error: {Message}";

    /// <summary>What an exception means for the user.</summary>
    public static Failure Of(Exception fault, CancellationToken interrupted)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault is RoundInterruptedException) return new Failure(ExitCodes.Interrupted, OneLine(fault.Message));
        if (interrupted.IsCancellationRequested && Causes(fault).Any(f => f is OperationCanceledException))
            return new Failure(ExitCodes.Interrupted, "Stopped.");
        if (Causes(fault).OfType<RoundFailedException>().FirstOrDefault() is { } failed)
            return new Failure(ExitCodes.Failure, OneLine(failed.Message), failed.RoundId);
        if (Causes(fault).FirstOrDefault(IsTheUsers) is { } mistake)
            return new Failure(ExitCodes.BadInput, OneLine(mistake.Message));
        if (Causes(fault).FirstOrDefault(IsNamed) is { } named)
            return new Failure(ExitCodes.Failure, OneLine(named.Message));
        return new Failure(ExitCodes.Failure, OneLine($"{fault.GetType().Name}: {fault.Message}"));
    }

    /// <summary>Whether nothing but a bug or a broken machine explains it, so that its details are worth keeping.</summary>
    public static bool IsInternal(Exception fault) =>
        !Causes(fault).Any(f => IsTheUsers(f)
            || f is RoundFailedException or TorchUnavailableException or TrainingDivergedException);

    private static bool IsTheUsers(Exception fault) =>
        fault is UserErrorException or ModelFormatException or TrainingFolderException or ModelRequestException or DatasetException
            or PlacementException;

    private static bool IsNamed(Exception fault) =>
        fault is TorchUnavailableException or InternalFaultException or TrainingDivergedException or ServerFaultException;

    private static IEnumerable<Exception> Causes(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException) yield return cause;
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
