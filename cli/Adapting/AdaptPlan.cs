using Sgasa.AttackLogs;
using Sgasa.Cli.Deployments;
using Sgasa.Cli.Models;
using Sgasa.Cli.Reports;
using Sgasa.Contracts;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Cli.Adapting;

/// <summary>A round that can be started: everything read and checked, nothing written.</summary>
internal sealed record AdaptPlan
{
    /// <summary>The round.</summary>
    public required RoundPlan Round { get; init; }

    /// <summary>Where its test prompts come from.</summary>
    public required TestPromptSource TestPrompts { get; init; }

    /// <summary>What the user should know before it starts, a line each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Reads and checks everything that a request names.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The base model.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="UserErrorException">Log, recipe, test file or their combination is wrong.</exception>
    /// <exception cref="Modeling.ModelFormatException">The model can't be used.</exception>
    public static AdaptPlan Prepare(AdaptRequest request, ModelChoice model, CancellationToken cancellationToken)
    {
        var log = AttackLogReader.Read(request.Log, ct: cancellationToken);
        var recipe = RecipeFile.Load(request.Recipe ?? (model.IsTiny ? "tiny" : "paper"));
        var judge = request.Judge ?? (model.IsTiny ? JudgeKind.Oracle : JudgeKind.Rules);
        var (tests, source) = Tests(request, log, judge, model, recipe, cancellationToken);
        var fingerprint = model.Fingerprint ?? model.Check(request.Device);
        var sample = LogSample.Of(log);
        // A server's model has its tokenizer there: only of the tiny model is the context known here.
        if (model.Folder.Length > 0)
            ContextCheck.ThrowIfTooLong(model, recipe, (request.Log, sample), (request.Test, tests));
        return new AdaptPlan
        {
            Round = new RoundPlan
            {
                LogFile = request.Log,
                AttackPrompts = sample,
                TestPrompts = tests,
                Recipe = recipe,
                Seed = request.Seed,
                Judge = judge,
                Model = model,
                BaseModel = fingerprint,
            },
            TestPrompts = source,
            Notes = [.. Sampled(request, log, sample), .. CutShort(request, tests, recipe)],
        };
    }

    /// <summary>What the round begins with, in a line.</summary>
    public string Headline(string id)
    {
        var log = Round.AttackPrompts;
        var tests = Math.Min(Round.TestPrompts.Count, 2 * Round.Recipe.Evaluation.PromptsPerLabel);
        return $"Round {id}: {Round.Source}, {log.Count(p => p.Label == Label.Harmful)} harmful and " +
            $"{log.Count(p => p.Label == Label.Benign)} benign prompts; model {Round.Model.Name}, recipe " +
            $"{Round.Recipe.Name}, seed {Round.Seed}, " +
            (tests > 0 ? $"{tests} test prompts" : "test prompts held out");
    }

    private static (IReadOnlyList<LoggedPrompt> Prompts, TestPromptSource Source) Tests(
        AdaptRequest request,
        IReadOnlyList<LoggedPrompt> log,
        JudgeKind judge,
        ModelChoice model,
        Recipe recipe,
        CancellationToken cancellationToken)
    {
        if (request.Test is { } file)
            return (FromFile(file, request.Log, log, judge, cancellationToken), TestPromptSource.File);
        return model.IsTiny || judge == JudgeKind.Oracle
            ? (WorldTestPrompts.For(log.Select(p => p.Family), recipe.Evaluation.PromptsPerLabel), TestPromptSource.World)
            : ([], TestPromptSource.HeldOut);
    }

    private static IReadOnlyList<LoggedPrompt> FromFile(
        string file,
        string logFile,
        IReadOnlyList<LoggedPrompt> log,
        JudgeKind judge,
        CancellationToken cancellationToken)
    {
        var tests = AttackLogReader.Read(file, minimumPerLabel: 1, ct: cancellationToken);
        var logged = log.ToDictionary(p => p.Text.Trim(), p => p.Line, StringComparer.Ordinal);
        foreach (var test in tests)
        {
            if (logged.TryGetValue(test.Text.Trim(), out var line))
            {
                throw new UserErrorException(
                    $"{file}:{test.Line}: this prompt is also on line {line} of {logFile}. Remove it: a test prompt must be " +
                    "unseen.");
            }

            OracleCheck.ThrowIfUnknown(judge, test, file);
        }

        return tests;
    }

    private static IEnumerable<string> Sampled(
        AdaptRequest request, IReadOnlyList<LoggedPrompt> log, IReadOnlyList<LoggedPrompt> sample)
    {
        if (sample.Count < log.Count)
            yield return $"{request.Log}: of {log.Count} prompts a sample is used, {LogSample.PerLabel} of a label at most";
    }

    private static IEnumerable<string> CutShort(AdaptRequest request, IReadOnlyList<LoggedPrompt> tests, Recipe recipe)
    {
        foreach (var label in Enum.GetValues<Label>())
        {
            var given = tests.Count(t => t.Label == label);
            if (given > recipe.Evaluation.PromptsPerLabel)
            {
                yield return $"{request.Test}: of {given} {label.ToString().ToLowerInvariant()} prompts the first " +
                    $"{recipe.Evaluation.PromptsPerLabel} are used (evaluation.promptsPerLabel in the recipe)";
            }
        }
    }
}
