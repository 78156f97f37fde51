using System.Text.Json;
using Sgasa.Cli.Adapting;
using Sgasa.Cli.Output;
using Sgasa.Cli.Progress;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Coordinator.Api;
using Sgasa.Coordinator.Exports;
using Sgasa.Coordinator.Intake;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Cli.Remote;

/// <summary>Lets a deployment run a round, follows it, and shows what it gained.</summary>
internal sealed class RemoteAdaptRun(ToolConsole console, TimeProvider time, CoordinatorClient server)
{
    /// <summary>Starts the round, or attaches to it, and follows it to its end.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserErrorException">The input is wrong; nothing was sent.</exception>
    /// <exception cref="RoundFailedException">The round ended without a candidate.</exception>
    /// <exception cref="RoundInterruptedException">The user stopped following it; it goes on.</exception>
    /// <exception cref="ServerFaultException">The server does not answer.</exception>
    public async Task<int> RunAsync(AdaptRequest request, CancellationToken cancellationToken)
    {
        var info = await server.InfoAsync(cancellationToken);
        if (CoordinatorClient.VersionFault(info.Version) is { } fault) Tell(fault);
        var model = info.Model ?? throw new ServerFaultException($"{server.Server}: {info.ModelFault}");
        var plan = AdaptPlan.Prepare(request, model, cancellationToken);
        using var output = OutputFolder.Open(request.Output);
        var progress = console.ProgressOf(request.Json);
        foreach (var note in plan.Notes) ToolConsole.WriteLine(progress, note);

        var report = await RunRoundAsync(plan, request, output, cancellationToken);
        RoundText.Show(console, report, request.Json);
        return ExitCodes.Success;
    }

    private async Task<RoundReport> RunRoundAsync(AdaptPlan plan, AdaptRequest request, OutputFolder output, CancellationToken ct)
    {
        string? id = null;
        try
        {
            var log = await server.SendLogAsync(request.Log, ct);
            id = ApiIds.Id((await server.StartAsync(Submission(plan, log), ct)).Id);
            return await FollowAsync(id, plan, request, output, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new RoundInterruptedException(
                id is null
                    ? "Stopped before the round was started."
                    : $"Detached: round {id} goes on at {server.Server}. The same command follows it again; " +
                        $"'sgasa --server {server.Server} cancel {id}' stops it.",
                ct);
        }
    }

    private async Task<RoundReport> FollowAsync(
        string id, AdaptPlan plan, AdaptRequest request, OutputFolder output, CancellationToken ct)
    {
        var progress = console.ProgressOf(request.Json);
        ToolConsole.WriteLine(progress, plan.Headline(id));
        var watch = new RoundWatch(server, Tell, time).ShowAsync(id, ct);
        await new ProgressView(progress, time).ShowAsync(watch.Select(ProgressRow.From), ct);

        var round = await server.FindAsync(id, ct) ?? throw new RoundNotFoundException(id);
        if (round.Progress.Status != RoundStatus.Completed) throw new RoundFailedException(id, round.Progress.Reason);

        var folder = output.RoundFolder(id);
        var report = RoundReports.From(round, plan.Model, plan.TestPrompts, folder);
        if (!RoundExport.IsComplete(folder))
            await new RoundExport(new ServerRoundFiles(server, Tell)).WriteAsync(round, report, folder, ct);
        return report;
    }

    private static RoundSubmission Submission(AdaptPlan plan, AttackLog log) => new()
    {
        Logs = [log.Id],
        Source = plan.Round.Source,
        Recipe = JsonElement.Parse(RecipeFile.ToJson(plan.Round.Recipe)),
        Seed = plan.Round.Seed,
        Evaluation = [.. plan.Round.EvaluationPrompts.Select(Submitted)],
        Judge = plan.Round.Judge,
        BaseModel = plan.Round.BaseModel,
    };

    private static SubmittedPrompt Submitted(LoggedPrompt prompt) => new()
    {
        Prompt = prompt.Text,
        Label = LabelWord.Of(prompt.Label),
        Family = prompt.Family,
        Source = prompt.Source,
        Id = prompt.LogId,
    };

    private void Tell(string line) => ToolConsole.WriteLine(console.Error, line);
}
