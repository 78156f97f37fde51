using System.Globalization;
using Sgasa.Cli.Models;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Modeling;

namespace Sgasa.Cli.ModelFolders;

/// <summary>Makes one model of a base model and its adapter.</summary>
internal sealed class MergeModel(ToolConsole console)
{
    /// <returns>The exit code.</returns>
    public int Run(string? model, string adapter, string output, bool json)
    {
        NewFolder.Require(output);
        using var source = ModelFolder.Open(ModelChoice.Of(model).Folder);
        using (var update = PeftAdapter.Load(adapter, source.Config, source.Fingerprint))
            MergedModelFolder.Write(source, update, output);
        var report = WrittenModelReport.Of(output, RandomModelFolder.ParametersOf(source.Config));
        ToolConsole.WriteLine(console.Out, json
            ? ReportJson.Write(report)
            : string.Create(CultureInfo.InvariantCulture, $"Merged {report.Parameters:N0} parameters into {report.Output}"));
        return ExitCodes.Success;
    }
}
