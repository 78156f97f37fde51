namespace Sgasa.Api.Files;

/// <summary>The names of a round's exports.</summary>
public static class ExportNames
{
    /// <summary>The recipe's.</summary>
    public const string Recipe = "recipe.yaml";

    /// <summary>Those of JSON Lines: TRL's shapes, and our own beside them.</summary>
    public static IReadOnlyList<string> Lines { get; } =
        ["sft.jsonl", "dpo.jsonl", "guidelines.jsonl", "prompts.jsonl", "responses.jsonl"];
}
