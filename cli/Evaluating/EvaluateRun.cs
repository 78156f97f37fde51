using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Api.Results;
using Sgasa.Api.Rounds;
using Sgasa.AttackLogs;
using Sgasa.Cli.Adapting;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Models;
using Sgasa.Cli.Progress;
using Sgasa.Cli.Remote;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Cli.Texts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Evaluator.Judging;
using Sgasa.Evaluator.Trials;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Cli.Evaluating;

/// <summary>Measures a model or an adapter on a prompt file.</summary>
internal sealed class EvaluateRun(ToolConsole console, TimeProvider time)
{
    /// <summary>Shows progress, then the figures.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="trainer">The deployment's trainer that answers; null for this process.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(
        EvaluateOptions options, TrainerConnection? trainer, CancellationToken cancellationToken)
    {
        var prompts = AttackLogReader.Read(options.Prompts, minimumPerLabel: 0, ct: cancellationToken);
        var model = trainer is null ? ModelChoice.Of(options.Model) : await trainer.ModelAsync(time, cancellationToken);
        var judge = options.Judge ?? (model.IsTiny ? JudgeKind.Oracle : JudgeKind.Rules);
        foreach (var prompt in prompts) OracleCheck.ThrowIfUnknown(judge, prompt, options.Prompts);
        var recipe = RecipeFile.Load(options.Recipe ?? (model.IsTiny ? "tiny" : "paper"));
        var guidelines = options.Guideline is null ? [] : GuidelineFile.Read(options.Guideline);
        if (trainer is null) model.Check(options.Device, options.Adapter);

        await using IModelHost host = trainer is null
            ? EmbeddedHost.ForModel(model, options.Adapter, options.Device, time)
            : new RemoteModel(trainer, options.Adapter, time);
        var plan = new EvaluationPlan
        {
            RoundSeed = options.Seed,
            CheckpointId = host.AdapterId,
            Sampling = recipe.Evaluation.Sampling,
            Instructions = recipe.Instructions,
            Guidelines = guidelines,
        };
        var judged = await host.GuardAsync(
            async ct =>
            {
                await host.StartAsync(ct);
                return await JudgeAsync(host, plan, prompts, judge, console.ProgressOf(options.Json), ct);
            },
            cancellationToken);
        Show(options, Report(options, model, judge, judged));
        return ExitCodes.Success;
    }

    private async Task<IReadOnlyList<JudgedTrial>> JudgeAsync(
        IModelHost host,
        EvaluationPlan plan,
        IReadOnlyList<LoggedPrompt> prompts,
        JudgeKind judge,
        Spectre.Console.IAnsiConsole progress,
        CancellationToken ct)
    {
        var trials = prompts.Select((p, i) => new PromptTrial(
            "evaluate/" + i.ToString("D5", CultureInfo.InvariantCulture), p.LogId, p.Label, p.Text)).ToList();
        var news = Channel.CreateUnbounded<IReadOnlyList<ProgressRow>>();
        var (start, tokens, done) = (time.GetTimestamp(), 0L, 0);
        news.Writer.TryWrite([Row()]);
        var view = new ProgressView(progress, time).ShowAsync(news.Reader.ReadAllAsync(CancellationToken.None), ct);
        try
        {
            return await host.Services.GetRequiredService<PromptEvaluator>().EvaluateAsync(
                plan,
                trials,
                host.Services.GetRequiredService<Judges>().For(judge),
                trial =>
                {
                    (tokens, done) = (tokens + trial.Tokens, done + 1);
                    news.Writer.TryWrite([Row()]);
                },
                ct);
        }
        finally
        {
            news.Writer.Complete();
            await view;
        }

        ProgressRow Row()
        {
            var elapsed = time.GetElapsedTime(start);
            return new ProgressRow
            {
                Name = ProgressStage.Evaluation.DisplayName(),
                State = done == trials.Count ? ProgressState.Done : ProgressState.Running,
                Done = done,
                Total = trials.Count,
                TokensPerSecond = elapsed > TimeSpan.Zero && tokens > 0 ? tokens / elapsed.TotalSeconds : null,
                Left = done > 0 ? elapsed * ((double)(trials.Count - done) / done) : null,
            };
        }
    }

    private static EvaluationReport Report(
        EvaluateOptions options, ModelChoice model, JudgeKind judge, IReadOnlyList<JudgedTrial> judged)
    {
        var evaluation = new Evaluation
        {
            Id = "evaluate",
            RoundId = "",
            Method = options.Guideline is null ? Method.Vanilla : Method.Context,
            Judge = judge,
            Counts = VerdictCount.Of(judged.Select(j => j.Verdict)),
        };
        var name = options.Adapter is { } adapter ? Path.GetFileName(Path.TrimEndingDirectorySeparator(adapter)) : model.Name;
        if (options.Guideline is not null) name += " + guideline";
        return new EvaluationReport
        {
            Prompts = options.Prompts,
            Model = model.Name,
            TinyModel = model.IsTiny,
            Adapter = options.Adapter,
            Judge = judge,
            Seed = options.Seed,
            Methods = [MethodReport.From(MethodResult.From(evaluation), name)],
        };
    }

    private void Show(EvaluateOptions options, EvaluationReport report)
    {
        if (options.Json)
        {
            ToolConsole.WriteLine(console.Out, ReportJson.Write(report));
            return;
        }

        console.Out.Write(MethodTable.Render(report.Methods, console.Out.Profile.Width));
        var judged = $"{RoundText.JudgedBy(report.Judge)} on {report.Prompts}; model {report.Model}, seed {report.Seed}.";
        ToolConsole.WriteLine(console.Out, $"95 % intervals. {judged}");
        if (report.Methods[0].Unscored is var unscored and > 0)
            ToolConsole.WriteLine(console.Out, $"{unscored} responses could not be judged and are in no share.");
        if (report.TinyModel) ToolConsole.WriteLine(console.Out, RoundText.TinyFigures);
    }
}
