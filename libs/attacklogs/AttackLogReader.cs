using System.Runtime.CompilerServices;
using Sgasa.AttackLogs.Formats;
using Sgasa.Contracts;

namespace Sgasa.AttackLogs;

/// <summary>
/// Reads attack logs and evaluation prompt files, in the one of <see cref="LogFormats"/> that the file's name says, with the
/// fields <c>prompt</c> and <c>label</c> and, if wanted, <c>family</c>, <c>source</c> and <c>id</c>. Other fields are passed
/// over.
/// </summary>
public static class AttackLogReader
{
    /// <summary>Most bytes of one record, which is a line in most formats, unless said otherwise.</summary>
    public const int DefaultMaxLineBytes = 1 << 20;

    private const int PieceBytes = 65_536;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, as the user named it.</param>
    /// <param name="minimumPerLabel">Prompts of each label that it has to hold; an evaluation file may hold 0 of one.</param>
    /// <param name="maxLineBytes">Longest line, in bytes.</param>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>The prompts in the order of the file; at least one.</returns>
    /// <exception cref="UserErrorException">The file can't be read, or its first mistake, with its line.</exception>
    public static IReadOnlyList<LoggedPrompt> Read(
        string path, int minimumPerLabel = 2, int maxLineBytes = DefaultMaxLineBytes, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new UserErrorException($"{path}: is a folder. Name a file of {LogFormats.Names}.");
        if (!File.Exists(path))
            throw new UserErrorException($"{path}: no such file. Check the path.");
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path, minimumPerLabel, maxLineBytes, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: can't be read: {e.Message.ReplaceLineEndings(" ")} Check its permissions.", e);
        }
    }

    /// <summary>Reads a stream, as <see cref="Read(string, int, int, CancellationToken)"/> reads a file.</summary>
    /// <param name="stream">The content; stays open.</param>
    /// <param name="origin">What to call it in errors; its ending tells the format.</param>
    /// <param name="minimumPerLabel">Prompts of each label that it has to hold.</param>
    /// <param name="maxLineBytes">Longest line, in bytes.</param>
    /// <param name="ct">Stops the reading.</param>
    public static IReadOnlyList<LoggedPrompt> Read(
        Stream stream,
        string origin,
        int minimumPerLabel = 2,
        int maxLineBytes = DefaultMaxLineBytes,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var parser = new AttackLogParser(origin, LogFormats.OfFile(origin), maxLineBytes);
        var prompts = new List<LoggedPrompt>();
        var piece = new byte[PieceBytes];
        for (int read; (read = stream.Read(piece)) > 0;)
        {
            ct.ThrowIfCancellationRequested();
            prompts.AddRange(parser.Push(piece.AsMemory(..read)));
        }

        prompts.AddRange(parser.End(minimumPerLabel));
        return prompts;
    }

    /// <summary>Reads a stream prompt by prompt, and holds none of them.</summary>
    /// <param name="stream">The content; stays open.</param>
    /// <param name="parser">What is known of the log; one parser reads one log.</param>
    /// <param name="minimumPerLabel">Prompts of each label that it has to hold; what it lacks is said at the end.</param>
    /// <param name="ct">Stops the reading.</param>
    public static async IAsyncEnumerable<LoggedPrompt> ReadAsync(
        Stream stream, AttackLogParser parser, int minimumPerLabel, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(parser);
        var piece = new byte[PieceBytes];
        for (int read; (read = await stream.ReadAsync(piece, ct)) > 0;)
            foreach (var prompt in parser.Push(piece.AsMemory(..read))) yield return prompt;
        foreach (var prompt in parser.End(minimumPerLabel)) yield return prompt;
    }
}
