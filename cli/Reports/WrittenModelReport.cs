namespace Sgasa.Cli.Reports;

/// <summary>A model folder that was written, for <c>model init --json</c> and <c>model merge --json</c>.</summary>
public sealed record WrittenModelReport
{
    /// <summary>The folder.</summary>
    public required string Output { get; init; }

    /// <summary>Number of weights; a tied head counts once.</summary>
    public required long Parameters { get; init; }

    /// <summary>Bytes of the weight files.</summary>
    public required long Bytes { get; init; }

    /// <summary>The report of a folder.</summary>
    public static WrittenModelReport Of(string output, long parameters) => new()
    {
        Output = Path.GetFullPath(output),
        Parameters = parameters,
        Bytes = Directory.EnumerateFiles(output, "*.safetensors").Sum(path => new FileInfo(path).Length),
    };
}
