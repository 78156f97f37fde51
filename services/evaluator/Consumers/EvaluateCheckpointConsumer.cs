using MassTransit;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Evaluator.Judging;
using Sgasa.Evaluator.Trials;
using Sgasa.Hosting;

namespace Sgasa.Evaluator.Consumers;

/// <summary>
/// Judges one method on a shard of the suite; asked again, it repeats the answer without asking the model.
/// </summary>
public sealed class EvaluateCheckpointConsumer(
    IArtifactStore artifacts,
    RoundSpecifications rounds,
    PromptEvaluator evaluator,
    Judges judges,
    ILogger<EvaluateCheckpointConsumer> logger) : IConsumer<EvaluateCheckpoint>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<EvaluateCheckpoint> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (command, ct) = (context.Message, context.CancellationToken);
        var method = command.Method.ToString().ToLowerInvariant();
        var work = $"evaluate-checkpoint/{method}/{command.Shard:D5}";
        var type = ContractsJson.Default.CheckpointEvaluated;
        if (await artifacts.FindReceiptAsync(command.RoundId, work, type, ct) is { } published)
        {
            await context.Publish(published, ct);
            logger.WorkRepeated(command.RoundId, work);
            return;
        }

        var round = await rounds.GetAsync(command.RoundId, ct);
        var prompts = await artifacts.GetAsync<EvaluationPrompt>(command.PromptIds, ct);
        var trials = prompts.Select(prompt => new PromptTrial(
            ArtifactIds.Response(round.Id, $"evaluation-{method}", prompt.Id, 0),
            prompt.Id,
            prompt.Label,
            prompt.Text));
        var plan = await PlanAsync(round, command, ct);
        var judged = await evaluator.EvaluateAsync(plan, [.. trials], judges.For(round.Judge), onJudged: null, ct);

        var evaluated = new CheckpointEvaluated
        {
            RoundId = command.RoundId,
            Method = command.Method,
            Shard = command.Shard,
            Counts = VerdictCount.Of(judged.Select(j => j.Verdict)),
            Tokens = judged.Sum(j => j.Tokens),
        };
        await artifacts.UpsertAsync<JudgedResponse>([.. judged.Select(j => Artifact(command, j))], ct);
        await artifacts.WriteReceiptAsync(command.RoundId, work, evaluated, type, ct);
        await context.Publish(evaluated, ct);
        logger.CheckpointEvaluated(
            command.RoundId, command.Method, command.Shard, judged.Count, evaluated.Counts.Unscored, evaluated.Tokens);
    }

    private async Task<EvaluationPlan> PlanAsync(
        RoundSpecification round, EvaluateCheckpoint command, CancellationToken ct)
    {
        var guided = command.Method == Method.Context;
        if (guided && command.GuidelineIds.Count == 0)
            throw new ArgumentException(
                $"Round '{round.Id}' has no verified guideline to evaluate {command.Method} with.");

        var guidelines = guided ? await artifacts.GetAsync<Guideline>(command.GuidelineIds, ct) : [];
        return new EvaluationPlan
        {
            RoundSeed = round.Seed,
            CheckpointId = command.CheckpointId,
            Sampling = round.Recipe.Evaluation.Sampling,
            Instructions = round.Recipe.Instructions,
            Guidelines = [.. guidelines.Select(g => g.Text)],
        };
    }

    private static JudgedResponse Artifact(EvaluateCheckpoint command, JudgedTrial judged) => new()
    {
        Id = judged.Trial.ResponseId,
        RoundId = command.RoundId,
        Method = command.Method,
        PromptId = judged.Trial.PromptId,
        Label = judged.Trial.Label,
        Text = judged.Response,
        Verdict = judged.Verdict,
    };
}
