using System.Text.Json.Serialization;
using Sgasa.Cli.Reports;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Cli.Output;

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
        TurnLine.User(pair.Prompt), TurnLine.Assistant(pair.Completion), pair.Id, LabelWord.Of(pair.Label), pair.GuidelineId);
}

/// <summary>TRL's conversational preference shape with an explicit prompt, and where the pair came from.</summary>
internal sealed record PreferenceLine(
    IReadOnlyList<TurnLine> Prompt, IReadOnlyList<TurnLine> Chosen, IReadOnlyList<TurnLine> Rejected, string Id, string Label)
{
    public static PreferenceLine From(PreferencePair pair) => new(
        TurnLine.User(pair.Prompt), TurnLine.Assistant(pair.Chosen), TurnLine.Assistant(pair.Rejected), pair.Id, LabelWord.Of(pair.Label));
}

/// <summary>A verified guideline.</summary>
internal sealed record GuidelineLine(string Id, string Text, double Score, int Attempt, IReadOnlyList<string> ExampleIds)
{
    public static GuidelineLine From(Guideline guideline) =>
        new(guideline.Id, guideline.Text, guideline.Score, guideline.Attempt, guideline.ExampleIds);
}

/// <summary>An augmented prompt; the file can be read as an attack log.</summary>
internal sealed record PromptLine(string Id, string Prompt, string Label)
{
    public static PromptLine From(AugmentedPrompt prompt) => new(prompt.Id, prompt.Text, LabelWord.Of(prompt.Label));
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
        response.Method.DisplayName(), prompt.Id, LabelWord.Of(prompt.Label), prompt.Family, prompt.Text, response.Text, response.Verdict);
}

/// <summary>Labels as attack logs write them.</summary>
internal static class LabelWord
{
    public static string Of(Label label) => label == Label.Harmful ? "harmful" : "benign";
}
