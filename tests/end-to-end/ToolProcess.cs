using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sgasa.EndToEnd.Tests;

/// <summary>The tool as a process of its own, as a user runs it.</summary>
internal sealed class ToolProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly List<(Regex Pattern, TaskCompletionSource Seen)> _awaited = [];

    private ToolProcess(IEnumerable<string> args)
    {
        // A shell starts background jobs with SIGINT ignored, and children inherit that: then Ctrl-C would not be heard.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "sgasa.dll"));
        foreach (var arg in args) start.ArgumentList.Add(arg);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(_out, line.Data);
        _process.ErrorDataReceived += (_, line) => Take(_error, line.Data);
    }

    /// <summary>Runs the tool to its end.</summary>
    public static async Task<ToolResult> RunAsync(params string[] args)
    {
        using var tool = Start(args);
        return await tool.EndAsync();
    }

    /// <summary>Starts the tool.</summary>
    public static ToolProcess Start(params string[] args)
    {
        var tool = new ToolProcess(args);
        tool._process.Start();
        tool._process.StandardInput.Close();
        tool._process.BeginOutputReadLine();
        tool._process.BeginErrorReadLine();
        return tool;
    }

    /// <summary>Waits until a line matches a pattern, or the process has ended.</summary>
    /// <returns>Whether there was such a line.</returns>
    public async Task<bool> SeesAsync(string pattern)
    {
        var sought = new Regex(pattern);
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_awaited)
        {
            if (sought.IsMatch(_out.ToString()) || sought.IsMatch(_error.ToString())) return true;
            _awaited.Add((sought, seen));
        }

        await Task.WhenAny(seen.Task, _process.WaitForExitAsync(TestContext.Current.CancellationToken)).WaitAsync(Patience);
        return seen.Task.IsCompleted;
    }

    /// <summary>Ends the process as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Asks the process to stop, as Ctrl-C does.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end.</summary>
    public async Task<ToolResult> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        lock (_awaited) return new ToolResult(_process.ExitCode, _out.ToString(), _error.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Take(StringBuilder to, string? line)
    {
        if (line is null) return;
        lock (_awaited)
        {
            to.Append(line).Append('\n');
            foreach (var (pattern, seen) in _awaited)
                if (pattern.IsMatch(line)) seen.TrySetResult();
        }
    }
}

/// <summary>What a process left.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ToolResult(int ExitCode, string Out, string Error);
