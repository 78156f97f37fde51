using Sgasa.Api.Rounds;
using Sgasa.Cli.Deployments;
using Sgasa.Cli.Output;
using Sgasa.Cli.Progress;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Cli.Texts;
using Sgasa.Contracts;
using Spectre.Console;

namespace Sgasa.Cli.Adapting;

/// <summary>Runs one round, or goes on with it, and shows what it gained.</summary>
internal sealed class AdaptRun(ToolConsole console, TimeProvider time, IDeployment deployment)
{
    /// <summary>Runs it to its end, and lets go of the deployment.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserErrorException">The input is wrong; nothing was written.</exception>
    /// <exception cref="RoundFailedException">The round ended without a candidate.</exception>
    /// <exception cref="RoundInterruptedException">The user stopped it, or stopped following it.</exception>
    /// <exception cref="ServerFaultException">The server does not answer.</exception>
    public async Task<int> RunAsync(AdaptRequest request, CancellationToken cancellationToken)
    {
        var plan = AdaptPlan.Prepare(request, await deployment.ModelAsync(cancellationToken), cancellationToken);
        using var output = OutputFolder.Open(request.Output);
        // What works in the folder ends before another process may have it.
        await using var working = deployment;
        var progress = console.ProgressOf(request.Json);
        foreach (var note in plan.Notes) ToolConsole.WriteLine(progress, note);

        var report = await deployment.FindCompletedAsync(plan.Round, cancellationToken) is { } completed
            ? await ExportAsync(plan, completed, output, cancellationToken)
            : await RunRoundAsync(plan, output, progress, cancellationToken);
        RoundText.Show(console, report, request.Json);
        return ExitCodes.Success;
    }

    private async Task<RoundReport> RunRoundAsync(
        AdaptPlan plan, OutputFolder output, IAnsiConsole progress, CancellationToken ct)
    {
        string? id = null;
        try
        {
            id = await deployment.StartRoundAsync(plan.Round, output, ct);
            ToolConsole.WriteLine(progress, plan.Headline(id));
            var news = deployment.WatchRoundAsync(id, ct).Select(ProgressRow.From);
            await new ProgressView(progress, time).ShowAsync(news, ct);

            var round = await deployment.GetRoundAsync(id, ct);
            return round.Progress.Status == RoundStatus.Completed
                ? await ExportAsync(plan, round, output, ct)
                : throw new RoundFailedException(id, round.Progress.Reason);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new RoundInterruptedException(deployment.Leave(id), ct);
        }
        catch (Exception fault) when (Failure.IsInternal(fault))
        {
            if (deployment.Keep(fault) is { } file) throw new InternalFaultException(fault, file);
            throw;
        }
    }

    private async Task<RoundReport> ExportAsync(AdaptPlan plan, RoundDetails round, OutputFolder output, CancellationToken ct)
    {
        var folder = output.RoundFolder(round.Specification.Id);
        var report = RoundReports.From(round, plan.Round.Model, plan.TestPrompts, folder);
        if (!RoundExport.IsComplete(folder)) await new RoundExport(deployment.Files).WriteAsync(round, report, folder, ct);
        return report;
    }
}
