namespace Sgasa.AttackLogs.Formats;

/// <summary>The formats of attack logs.</summary>
public static class LogFormats
{
    /// <summary>All of them. The first is that of a file whose name says nothing.</summary>
    public static IReadOnlyList<ILogFormat> All { get; } =
    [
        new JsonLinesLog(),
        new CsvLog(),
    ];

    /// <summary>Their names in a sentence.</summary>
    public static string Names { get; } = string.Join(" or ", All.Select(f => f.Name));

    /// <summary>The format of a file, by the ending of its name.</summary>
    public static ILogFormat OfFile(string name) =>
        All.FirstOrDefault(f => f.Extensions.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase))) ?? All[0];

    /// <summary>The format that has a media type; null where none has.</summary>
    public static ILogFormat? OfMediaType(string? mediaType) =>
        All.FirstOrDefault(f => f.MediaTypes.Contains(mediaType, StringComparer.OrdinalIgnoreCase));
}
