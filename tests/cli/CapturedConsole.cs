using Sgasa.Cli.Terminal;
using Spectre.Console;

namespace Sgasa.Cli.Tests;

/// <summary>A console that keeps what is written, without colours.</summary>
internal sealed class CapturedConsole : IDisposable
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public CapturedConsole(string input = "", int width = 120) =>
        Console = new ToolConsole(new StringReader(input), Of(_out, width), Of(_error, width));

    public ToolConsole Console { get; }

    /// <summary>Standard output, line ends trimmed.</summary>
    public string Out => Trim(_out.ToString());

    /// <summary>Standard error, line ends trimmed.</summary>
    public string Error => Trim(_error.ToString());

    /// <summary>Runs a command line.</summary>
    public Task<int> RunAsync(params string[] args) =>
        Tool.RunAsync(args, Console, TimeProvider.System, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    private static IAnsiConsole Of(StringWriter writer, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        return console;
    }

    private static string Trim(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())).TrimEnd('\n');
}
