using Sgasa.Cli.Models;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Modeling;

namespace Sgasa.Cli.ModelFolders;

/// <summary>Checks a model folder through and through.</summary>
internal sealed class VerifyModel(ToolConsole console)
{
    /// <returns>The exit code: wrong input where there is any problem.</returns>
    public int Run(string? folder, bool json, CancellationToken cancellationToken)
    {
        var model = ModelChoice.Of(folder);
        string[] problems = [.. ModelFolderCheck.Problems(model.Folder, cancellationToken)];
        if (json)
        {
            var report = new VerificationReport { Model = model.Name, Valid = problems.Length == 0, Problems = problems };
            ToolConsole.WriteLine(console.Out, ReportJson.Write(report));
        }
        else if (problems.Length == 0) ToolConsole.WriteLine(console.Out, $"{model.Folder}: nothing is wrong.");
        foreach (var problem in problems) ToolConsole.WriteLine(console.Error, "error: " + problem);
        return problems.Length == 0 ? ExitCodes.Success : ExitCodes.BadInput;
    }
}
