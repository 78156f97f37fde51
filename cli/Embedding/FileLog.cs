using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Sgasa.Cli.Embedding;

/// <summary>Writes what the services log to one file, a line for each message; nothing of it reaches the console.</summary>
internal sealed class FileLog : ILoggerProvider
{
    // A new file from here on; the one before is kept beside it.
    private const long FullLength = 16L << 20;

    private readonly Lock _turn = new();
    private readonly StreamWriter _writer;
    private readonly TimeProvider _time;

    /// <summary>Opens the file to append to it.</summary>
    public FileLog(string path, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        if (new FileInfo(path) is { Exists: true, Length: > FullLength }) File.Move(path, path + ".1", overwrite: true);
        // Others may read along.
        var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _writer = new StreamWriter(file) { AutoFlush = true, NewLine = "\n" };
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_turn) _writer.Dispose();
    }

    private void Write(LogLevel level, string category, string message, Exception? fault)
    {
        var now = _time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var line = $"{now} {level,-11} {category}: {message.ReplaceLineEndings(" ")}";
        lock (_turn)
        {
            // What a stopping host still says has nowhere to go.
            if (_writer.BaseStream is null) return;
            _writer.WriteLine(fault is null ? line : $"{line}\n{fault}");
        }
    }

    private sealed class Category(FileLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log.Write(logLevel, name, formatter(state, exception), exception);
        }
    }
}
