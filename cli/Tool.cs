using System.CommandLine;
using Sgasa.Cli.Commands;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Cli.Training;

namespace Sgasa.Cli;

/// <summary>The <c>sgasa</c> tool: reads the command line, runs the command, makes faults one line and an exit code.</summary>
public static class Tool
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments behind the tool's name.</param>
    /// <param name="console">Where it reads and writes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="interrupted">Cancelled when the user asks to stop.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, ToolConsole console, TimeProvider time, CancellationToken interrupted)
    {
        ArgumentNullException.ThrowIfNull(console);
        // Prompts may begin with @: no response files.
        var parsed = ToolCommands.Create(console, time)
            .Parse(TrlSpelling.Translate(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            UsageErrors.ThrowIfAny(parsed);
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = console.Out.Profile.Out.Writer,
                    Error = console.Error.Profile.Out.Writer,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                interrupted);
        }
        catch (Exception fault)
        {
            var failure = Failure.Of(fault, interrupted);
            ToolConsole.WriteLine(console.Error, failure.Line);
            if (args.TakeWhile(a => a != "--").Contains(CommonOptions.JsonName))
                ToolConsole.WriteLine(console.Out, ReportJson.Write(ReportOf(failure)));
            return failure.ExitCode;
        }
    }

    private static FailureReport ReportOf(Failure failure) =>
        new() { Error = failure.Message, ExitCode = failure.ExitCode, Round = failure.RoundId };
}
