namespace Sgasa.Cli.Failures;

/// <summary>What the tool tells the shell.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The round failed, or something broke that is not the user's to mend.</summary>
    public const int Failure = 1;

    /// <summary>The input or the command line is wrong; the message says what to change.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by a signal.</summary>
    public const int Interrupted = 130;
}
