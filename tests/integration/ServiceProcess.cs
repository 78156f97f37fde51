using System.Diagnostics;
using System.Text.Json;

namespace Sgasa.Integration.Tests;

/// <summary>One replica of a service: a process of its own with ports of its own, started as an operator starts it.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Dictionary<string, string> _settings;
    private readonly StreamWriter _log;
    private Process? _process;
    private bool _isEnded = true;

    /// <param name="name">Its service's name, and for a further replica a hyphen and a number.</param>
    /// <param name="settings">Its settings, as the environment gives them.</param>
    /// <param name="logs">The folder of the deployment's logs.</param>
    public ServiceProcess(string name, Dictionary<string, string> settings, string logs)
    {
        Name = name;
        LogFile = Path.Combine(logs, $"{name}.log");
        _settings = settings;
        _log = new StreamWriter(LogFile, append: true) { AutoFlush = true };
    }

    /// <summary>The replica's name.</summary>
    public string Name { get; }

    /// <summary>What the replica logs, over all of its lives.</summary>
    public string LogFile { get; }

    /// <summary>Whether it should be running, but has ended.</summary>
    public bool EndedByItself => !_isEnded && _process is { HasExited: true };

    /// <summary>Starts it, for the first time or again.</summary>
    /// <param name="changes">Settings that are other ones from now on.</param>
    public void Start(params (string Key, string Value)[] changes)
    {
        foreach (var (key, value) in changes) _settings[key] = value;
        var start = new ProcessStartInfo("dotnet", [Assembly])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in _settings) start.Environment[key] = value;
        Note("started");
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Write(line.Data);
        _process.ErrorDataReceived += (_, line) => Write(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _isEnded = false;
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        if (_process is null || _isEnded) return;
        _isEnded = true;
        var work = _process.HasExited ? TimeSpan.Zero : _process.TotalProcessorTime;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Note($"killed after {work.TotalSeconds:F1} s of work");
    }

    /// <summary>The last lines that it logged.</summary>
    public IEnumerable<string> LastWords(int lines)
    {
        using var log = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return log.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(lines).Select(Short);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        lock (_log) _log.Dispose();
    }

    // Of a line of JSON what a person reads; whole it is in the file.
    private static string Short(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var said = json.RootElement;
            var fault = said.TryGetProperty("Exception", out var thrown) ? $" | {thrown.GetString()!.Split('\n')[0]}" : "";
            return $"{said.GetProperty("Timestamp")} {said.GetProperty("LogLevel")} {said.GetProperty("Message")}{fault}";
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return line;
        }
    }

    // Beside the tests' own output folder, in the same configuration.
    private string Assembly
    {
        get
        {
            var service = Name.Split('-')[0];
            var project = $"Sgasa.{char.ToUpperInvariant(service[0])}{service[1..]}";
            var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, $"{project}.dll");
        }
    }

    private void Note(string what) => Write($"--- {what} at {TimeProvider.System.GetUtcNow():HH:mm:ss.fff} ---");

    private void Write(string? line)
    {
        if (line is null) return;
        lock (_log)
        {
            if (_log.BaseStream is not null) _log.WriteLine(line);
        }
    }
}
