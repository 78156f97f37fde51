namespace Sgasa.EndToEnd.Tests;

/// <summary>One round, made once and looked at by many tests.</summary>
public sealed class CompletedRound : IAsyncLifetime
{
    /// <summary>The round.</summary>
    public SmallRound Round { get; } = new();

    /// <summary>What the command printed on standard output.</summary>
    public string Out { get; private set; } = "";

    /// <summary>What the command printed on standard error.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The command's exit code.</summary>
    public int ExitCode { get; private set; }

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var result = await ToolProcess.RunAsync(Round.Command("--json"));
        (ExitCode, Out, Error) = (result.ExitCode, result.Out, result.Error);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Round.Dispose();
        return ValueTask.CompletedTask;
    }
}
