namespace Sgasa.Cli.Training;

/// <summary>
/// Options of <c>sgasa train</c> as TRL's scripts write them: with underscores, and with their names for model, data and folder.
/// So a command line that was written for TRL works here, too.
/// </summary>
internal static class TrlSpelling
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["--model-name-or-path"] = "--model",
        ["--dataset-name"] = "--data",
        ["--output-dir"] = "--output",
        ["--torch-dtype"] = "--dtype",
    };

    /// <summary>The arguments in this tool's spelling; those of other commands, and what stands behind <c>--</c>, as they are.</summary>
    public static IReadOnlyList<string> Translate(IReadOnlyList<string> args)
    {
        if (args.FirstOrDefault(a => !a.StartsWith('-')) != "train") return args;
        var end = args.TakeWhile(a => a != "--").Count();
        return [.. args.Select((argument, i) => i < end ? Option(argument) : argument)];
    }

    private static string Option(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal)) return argument;
        var length = argument.IndexOf('=') is >= 0 and var at ? at : argument.Length;
        var name = argument[..length].Replace('_', '-');
        return Names.GetValueOrDefault(name, name) + argument[length..];
    }
}
