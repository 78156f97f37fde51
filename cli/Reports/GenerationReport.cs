namespace Sgasa.Cli.Reports;

/// <summary>One answer, for <c>generate --json</c>.</summary>
public sealed record GenerationReport
{
    /// <summary>The prompt.</summary>
    public required string Prompt { get; init; }

    /// <summary>What the model thought.</summary>
    public required string Thinking { get; init; }

    /// <summary>What it answered; empty where the thinking never ended.</summary>
    public required string Answer { get; init; }

    /// <summary><c>stop</c> where the model ended by itself, <c>length</c> at the token limit.</summary>
    public required string FinishReason { get; init; }

    /// <summary>Tokens of the prompt, template included.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Tokens generated.</summary>
    public required long CompletionTokens { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }
}
