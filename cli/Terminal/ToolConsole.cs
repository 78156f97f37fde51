using Spectre.Console;

namespace Sgasa.Cli.Terminal;

/// <summary>Where a command reads and writes: results on <see cref="Out"/>, messages on <see cref="Error"/>.</summary>
/// <param name="In">Standard input.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record ToolConsole(TextReader In, IAnsiConsole Out, IAnsiConsole Error)
{
    // Nobody's window: as wide as the widest table.
    private const int RedirectedWidth = 120;

    /// <summary>The process's own streams.</summary>
    public static ToolConsole OfProcess() => new(Console.In, Of(Console.Out), Of(Console.Error));

    /// <summary>Where progress goes: standard error when standard output is for one JSON object.</summary>
    public IAnsiConsole ProgressOf(bool json) => json ? Error : Out;

    /// <summary>Writes a line as it is, neither wrapped nor read as markup.</summary>
    public static void WriteLine(IAnsiConsole console, string text)
    {
        ArgumentNullException.ThrowIfNull(console);
        console.Profile.Out.Writer.WriteLine(text);
        console.Profile.Out.Writer.Flush();
    }

    private static IAnsiConsole Of(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = RedirectedWidth;
        return console;
    }
}
