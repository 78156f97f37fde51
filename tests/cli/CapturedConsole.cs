using Sgasa.Cli.Terminal;
using Spectre.Console;

namespace Sgasa.Cli.Tests;

/// <summary>A console that keeps what is written, without colours.</summary>
internal sealed class CapturedConsole : IDisposable
{
    private readonly Listener _out = new() { NewLine = "\n" };
    private readonly Listener _error = new() { NewLine = "\n" };

    public CapturedConsole(string input = "", int width = 120) =>
        Console = new ToolConsole(new StringReader(input), Of(_out, width), Of(_error, width));

    public ToolConsole Console { get; }

    /// <summary>Standard output, line ends trimmed.</summary>
    public string Out => Trim(_out.ToString());

    /// <summary>Standard error, line ends trimmed.</summary>
    public string Error => Trim(_error.ToString());

    /// <summary>Done when standard error has a text in one of its lines.</summary>
    public Task SaysAsync(string text) => _error.HearsAsync(text);

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

    /// <summary>A text that several threads write and read.</summary>
    private sealed class Listener : StringWriter
    {
        private readonly Lock _turn = new();
        private readonly List<(string Text, TaskCompletionSource Heard)> _awaited = [];

        public Task HearsAsync(string text)
        {
            lock (_turn)
            {
                var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _awaited.Add((text, heard));
                Check();
                return heard.Task;
            }
        }

        public override void Write(char value)
        {
            lock (_turn) base.Write(value);
        }

        public override void Write(char[] buffer, int index, int count)
        {
            lock (_turn) base.Write(buffer, index, count);
        }

        public override void Write(string? value)
        {
            lock (_turn) base.Write(value);
        }

        public override void WriteLine(string? value)
        {
            lock (_turn)
            {
                base.Write(value + NewLine);
                Check();
            }
        }

        public override string ToString()
        {
            lock (_turn) return base.ToString();
        }

        private void Check()
        {
            var said = base.ToString();
            foreach (var (text, heard) in _awaited)
                if (said.Contains(text, StringComparison.Ordinal)) heard.TrySetResult();
        }
    }
}
