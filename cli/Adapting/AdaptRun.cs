using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Output;
using Sgasa.Cli.Progress;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Cli.Adapting;

/// <summary>Runs one round, or goes on with it, and shows what it gained.</summary>
internal sealed class AdaptRun(ToolConsole console, TimeProvider time)
{
    private const string Stopped = "Stopped. The same command continues the round where it was.";

    /// <summary>Runs it to its end.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserErrorException">The input is wrong; nothing was written.</exception>
    /// <exception cref="RoundFailedException">The round ended without a candidate.</exception>
    /// <exception cref="RoundInterruptedException">The user stopped it.</exception>
    public async Task<int> RunAsync(AdaptRequest request, CancellationToken cancellationToken)
    {
        var plan = AdaptPlan.Prepare(request, cancellationToken);
        using var output = OutputFolder.Open(request.Output);
        var progress = console.ProgressOf(request.Json);
        foreach (var note in plan.Notes) ToolConsole.WriteLine(progress, note);

        var report = await FinishedAsync(plan, output, cancellationToken)
            ?? await RunRoundAsync(plan, request, output, cancellationToken);
        RoundText.Show(console, report, request.Json);
        return ExitCodes.Success;
    }

    /// <summary>What a round gained that an earlier run has finished; null when there is something left to do.</summary>
    private static async Task<RoundReport?> FinishedAsync(AdaptPlan plan, OutputFolder output, CancellationToken ct)
    {
        if (!File.Exists(output.Database)) return null;

        await using var stored = StoredRounds.Open(output.Database);
        var round = await stored.Rounds.FindAsync(stored.Rounds.IdOf(plan.Round), ct);
        return round?.Progress.Status == RoundStatus.Completed
            ? await ExportAsync(plan, round, stored.Artifacts, output, ct)
            : null;
    }

    private async Task<RoundReport> RunRoundAsync(
        AdaptPlan plan, AdaptRequest request, OutputFolder output, CancellationToken ct)
    {
        await using var host = EmbeddedHost.ForRounds(output, plan.Model, request.Device, time);
        try
        {
            return await host.GuardAsync(
                async stop =>
                {
                    await host.StartAsync(stop);
                    return await FollowAsync(host, plan, request, output, stop);
                },
                ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            ToolConsole.WriteLine(console.ProgressOf(request.Json), "Stopping …");
            throw new RoundInterruptedException(Stopped, ct);
        }
    }

    private async Task<RoundReport> FollowAsync(
        EmbeddedHost host, AdaptPlan plan, AdaptRequest request, OutputFolder output, CancellationToken ct)
    {
        var progress = console.ProgressOf(request.Json);
        var rounds = host.Services.GetRequiredService<IRoundService>();
        var id = await rounds.StartAsync(plan.Round, ct);
        ToolConsole.WriteLine(progress, plan.Headline(id));
        var feed = host.Services.GetRequiredService<IRoundFeed>().WatchAsync(id, ct);
        await new ProgressView(progress, time).ShowAsync(feed.Select(ProgressRow.From), ct);

        var round = await rounds.FindAsync(id, ct) ?? throw new RoundNotFoundException(id);
        return round.Progress.Status == RoundStatus.Completed
            ? await ExportAsync(plan, round, host.Services.GetRequiredService<IArtifactStore>(), output, ct)
            : throw new RoundFailedException(id, round.Progress.Reason);
    }

    private static async Task<RoundReport> ExportAsync(
        AdaptPlan plan, RoundDetails round, IArtifactStore artifacts, OutputFolder output, CancellationToken ct)
    {
        var folder = output.RoundFolder(round.Specification.Id);
        var report = RoundReports.From(round, plan.Model, plan.TestPrompts, folder);
        var export = new RoundExport(new StoredRoundFiles(artifacts, Path.Combine(output.TrainerData, "checkpoints")));
        if (!RoundExport.IsComplete(folder)) await export.WriteAsync(round, report, folder, ct);
        return report;
    }
}
