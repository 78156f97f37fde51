using System.Text;
using System.Text.Json;
using Sgasa.Api;
using Sgasa.Api.Deployments;
using Sgasa.Artifacts;
using Sgasa.AttackLogs;
using Sgasa.AttackLogs.Formats;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Api.Problems;
using Sgasa.Coordinator.Intake;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Coordinator.Api.Endpoints;

/// <summary>Makes of what was sent the request that a round is made from.</summary>
public sealed class RoundSubmissions(AttackLogIntake logs, IArtifactStore artifacts, IBaseModel model)
{
    private const int MostLogs = 100;

    /// <summary>Reads and checks a submission; nothing is stored.</summary>
    /// <exception cref="UserErrorException">Something of it is wrong; says what to change.</exception>
    public async Task<RoundRequest> ReadAsync(RoundSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        var (attacks, source) = await AttacksAsync(submission, cancellationToken);
        var tests = Read(submission.Evaluation, "evaluation");
        ThrowIfSeen(tests, attacks);
        var recipe = ReadRecipe(submission.Recipe);
        var baseModel = await model.GetAsync(cancellationToken);
        if (submission.BaseModel is { } meant && meant != baseModel.Fingerprint)
        {
            throw new ApiRefusedException(
                StatusCodes.Status409Conflict,
                $"The round is meant for another base model; this deployment aligns {baseModel.Name}, fingerprint " +
                $"{baseModel.Fingerprint}. Leave 'baseModel' out, or send it to a deployment of that model.");
        }

        return new RoundRequest
        {
            Recipe = recipe,
            Seed = submission.Seed,
            BaseModel = baseModel.Fingerprint,
            ParentCheckpointId = await ParentAsync(submission.Parent, baseModel, cancellationToken),
            Judge = submission.Judge,
            Source = source,
            AttackPrompts = attacks,
            EvaluationPrompts = tests,
        };
    }

    private async Task<(IReadOnlyList<LoggedPrompt> Prompts, string Source)> AttacksAsync(
        RoundSubmission submission, CancellationToken ct)
    {
        var (ids, given) = (submission.Logs, submission.Source is { } source ? ApiIds.Name(source) : null);
        if (ids.Count > 0 == submission.Prompts.Count > 0)
            throw new UserErrorException("A round is made from 'logs' or from 'prompts'. Give one of the two.");
        if (ids.Count == 0) return (LogSample.Of(Read(submission.Prompts, "prompts")), given ?? "prompts");
        if (ids.Count > MostLogs)
        {
            throw new UserErrorException(
                $"'logs' names {ids.Count} logs; a round takes at most {MostLogs}. Join them into fewer.");
        }

        var prompts = await logs.SampleAsync([.. ids.Select(ApiIds.Id)], ct);
        return (prompts, given ?? (await logs.FindAsync(ids[0], ct))!.Name);
    }

    // Numbered from 1, as the lines of a log are.
    private static List<LoggedPrompt> Read(IReadOnlyList<SubmittedPrompt> prompts, string origin)
    {
        var checks = new AttackLogChecks(origin);
        return
        [
            .. prompts.Select((prompt, i) => checks.Check(new LogRecord(i + 1)
            {
                Prompt = prompt.Prompt,
                Label = prompt.Label,
                Family = prompt.Family,
                Source = prompt.Source,
                Id = prompt.Id,
            })),
        ];
    }

    private static void ThrowIfSeen(IReadOnlyList<LoggedPrompt> tests, IReadOnlyList<LoggedPrompt> attacks)
    {
        var logged = attacks.Select(p => p.Text.Trim()).ToHashSet(StringComparer.Ordinal);
        if (tests.FirstOrDefault(t => logged.Contains(t.Text.Trim())) is { } seen)
        {
            throw new UserErrorException(
                $"evaluation:{seen.Line}: this prompt is also in the attack log. Remove it: a test prompt must be unseen.");
        }
    }

    private static Recipe ReadRecipe(JsonElement? recipe) => recipe switch
    {
        null or { ValueKind: JsonValueKind.Null } => RecipeFile.Load("paper"),
        { ValueKind: JsonValueKind.Object } json => RecipeFile.Parse(Encoding.UTF8.GetBytes(json.GetRawText()), "recipe.json"),
        { ValueKind: JsonValueKind.String } text when RecipeFile.Presets.Contains(text.GetString()!) =>
            RecipeFile.Load(text.GetString()!),
        // A name in one word is meant as one: as YAML it would say nothing.
        { ValueKind: JsonValueKind.String } text when text.GetString()!.Contains(':', StringComparison.Ordinal) =>
            RecipeFile.Parse(Encoding.UTF8.GetBytes(text.GetString()!), "recipe.yaml"),
        _ => throw new UserErrorException(
            $"'recipe' is neither a built-in recipe ({string.Join(", ", RecipeFile.Presets)}) nor a recipe in " +
            "YAML or JSON. Give one of these."),
    };

    private async Task<string?> ParentAsync(string? parent, BaseModelInfo baseModel, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(parent)) return null;
        var checkpoint = await artifacts.FindAsync<Checkpoint>(parent, ct)
            ?? throw new UserErrorException("'parent' names no checkpoint. Take the id that its round shows.");
        return checkpoint.BaseModel == baseModel.Fingerprint
            ? parent
            : throw new UserErrorException("'parent' was trained on another base model. Choose a checkpoint of this one.");
    }
}
