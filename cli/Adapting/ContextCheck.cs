using System.Text;
using Sgasa.AttackLogs;
using Sgasa.Cli.Models;
using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Prompting;

namespace Sgasa.Cli.Adapting;

/// <summary>Whether the model's context holds what a round will ask: known at once, instead of an hour into the round.</summary>
internal sealed class ContextCheck
{
    // What a chat template puts around a message, generously.
    private const int TemplateTokens = 64;

    private readonly InstructionSet _instructions;
    private readonly Recipe _recipe;
    private readonly ModelFolder _model;

    private ContextCheck(ModelFolder model, Recipe recipe) =>
        (_model, _recipe, _instructions) = (model, recipe, InstructionSet.For(recipe.Instructions));

    private int Context => _model.Config.ContextLength;

    /// <summary>Checks every prompt by itself, and those that instructions show together.</summary>
    /// <exception cref="UserErrorException">A prompt, or some together, leave too little of the context to a response.</exception>
    public static void ThrowIfTooLong(
        ModelChoice model,
        Recipe recipe,
        (string File, IReadOnlyList<LoggedPrompt> Prompts) log,
        (string? File, IReadOnlyList<LoggedPrompt> Prompts) tests)
    {
        using var folder = ModelFolder.Open(model.Folder);
        var check = new ContextCheck(folder, recipe);
        check.Each(log.File, log.Prompts, recipe.Guidelines.VerificationSampling);
        if (tests.File is { } file) check.Each(file, tests.Prompts, recipe.Evaluation.Sampling);
        check.Together(log.File, log.Prompts);
    }

    private void Each(string file, IReadOnlyList<LoggedPrompt> prompts, SamplingConfig sampling)
    {
        foreach (var prompt in prompts)
        {
            if (Excess(_instructions.FollowGuideline("", prompt.Text).Text, sampling) is { } tokens)
            {
                throw new UserErrorException(
                    $"{file}:{prompt.Line}: with its instruction this prompt has {tokens} tokens, which leaves too little of the " +
                    $"model's context of {Context} for a response. Shorten or remove it.");
            }
        }
    }

    private void Together(string file, IReadOnlyList<LoggedPrompt> log)
    {
        var (perLabel, examples) = (_recipe.Guidelines.ExamplesPerLabel, _recipe.Augmentation.Examples);
        Require(
            _instructions.WriteGuideline(Longest(log, Label.Harmful, perLabel), Longest(log, Label.Benign, perLabel)),
            _recipe.Guidelines.Sampling,
            "guidelines.examplesPerLabel");
        foreach (var label in Enum.GetValues<Label>())
            Require(_instructions.WriteSimilar(Longest(log, label, examples)), _recipe.Augmentation.Sampling, "augmentation.examples");

        void Require(Instruction instruction, SamplingConfig sampling, string key)
        {
            if (Excess(instruction.Text, sampling) is not { } tokens) return;
            throw new UserErrorException(
                $"{file}: the longest prompts that one instruction may show together have {tokens} tokens, which leaves too little " +
                $"of the model's context of {Context} for a response. Shorten them, or lower '{key}' in the recipe.");
        }
    }

    private static string[] Longest(IReadOnlyList<LoggedPrompt> log, Label label, int count) =>
        [.. log.Where(p => p.Label == label).Select(p => p.Text).OrderByDescending(t => t.Length).Take(count)];

    /// <summary>The tokens of an instruction that leaves no room for a response, or null.</summary>
    private int? Excess(string instruction, SamplingConfig sampling)
    {
        // A recipe may allow more new tokens than a small model has; a quarter of the context must do then.
        var room = Context - Math.Min(sampling.MaxNewTokens, Context / 4) - TemplateTokens;
        // A byte-level vocabulary has no token shorter than a byte.
        if (Encoding.UTF8.GetByteCount(instruction) <= room) return null;
        var tokens = _model.Tokenizer.Encode(instruction).Length;
        return tokens > room ? tokens : null;
    }
}
