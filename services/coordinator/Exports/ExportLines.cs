using System.Text.Json.Serialization;
using Sgasa.Api;
using Sgasa.AttackLogs;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Coordinator.Exports;

/// <summary>One turn of a conversation, as TRL's data sets write it.</summary>
/// <param name="Role">user or assistant.</param>
/// <param name="Content">Its text.</param>
internal sealed record TurnLine(string Role, string Content)
{
    public static IReadOnlyList<TurnLine> User(string text) => [new("user", text)];

    public static IReadOnlyList<TurnLine> Assistant(string text) => [new("assistant", text)];
}

/// <summary>TRL's conversational prompt-completion shape, and where the pair came from.</summary>
internal sealed record SftLine(
    IReadOnlyList<TurnLine> Prompt, IReadOnlyList<TurnLine> Completion, string Id, string Label, string GuidelineId)
{
    public static SftLine From(SftPair pair) => new(
        TurnLine.User(pair.Prompt),
        TurnLine.Assistant(pair.Completion),
        pair.Id,
        LabelWord.Of(pair.Label),
        pair.GuidelineId);
}

/// <summary>TRL's conversational preference shape with an explicit prompt, and where the pair came from.</summary>
internal sealed record PreferenceLine(
    IReadOnlyList<TurnLine> Prompt,
    IReadOnlyList<TurnLine> Chosen,
    IReadOnlyList<TurnLine> Rejected,
    string Id,
    string Label)
{
    public static PreferenceLine From(PreferencePair pair) => new(
        TurnLine.User(pair.Prompt),
        TurnLine.Assistant(pair.Chosen),
        TurnLine.Assistant(pair.Rejected),
        pair.Id,
        LabelWord.Of(pair.Label));
}

/// <summary>An attempt at a guideline, and how well it did.</summary>
internal sealed record GuidelineLine(
    string Id, string Text, bool Verified, double Score, int Attempt, IReadOnlyList<string> ExampleIds)
{
    public static GuidelineLine From(Guideline guideline) => new(
        guideline.Id, guideline.Text, guideline.Verified, guideline.Score, guideline.Attempt, guideline.ExampleIds);
}

/// <summary>An augmented prompt, and why it was kept or dropped.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Prompt">Its text.</param>
/// <param name="Label">The label it was written for.</param>
/// <param name="Kept">Whether the round uses it.</param>
/// <param name="Verdict">
/// What the filters said; one that was accepted and not kept came too late, or was nearly the same as another.
/// </param>
internal sealed record PromptLine(
    string Id,
    string Prompt,
    string Label,
    bool Kept,
    [property: JsonConverter(typeof(CamelCase<PromptVerdict>))] PromptVerdict Verdict)
{
    public static PromptLine From(AugmentedPrompt prompt, bool kept) =>
        new(prompt.Id, prompt.Text, LabelWord.Of(prompt.Label), kept, prompt.Verdict);
}

/// <summary>A judged response to a test prompt.</summary>
internal sealed record ResponseLine(
    string Method,
    string PromptId,
    string Label,
    string Family,
    string Prompt,
    string Response,
    [property: JsonConverter(typeof(CamelCase<JudgeVerdict>))] JudgeVerdict Verdict)
{
    public static ResponseLine From(JudgedResponse response, EvaluationPrompt prompt) => new(
        response.Method.DisplayName(),
        prompt.Id,
        LabelWord.Of(prompt.Label),
        prompt.Family,
        prompt.Text,
        response.Text,
        response.Verdict);
}
