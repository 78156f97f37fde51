namespace Sgasa.Contracts.Artifacts;

/// <summary>Anything a round leaves in the artifact store.</summary>
public interface IArtifact
{
    /// <summary>Deterministic id, see <see cref="ArtifactIds"/>.</summary>
    string Id { get; }

    /// <summary>The round that made it.</summary>
    string RoundId { get; }
}

/// <summary>A logged prompt with its label.</summary>
public sealed record AttackPrompt : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The id the log gave it, or its line number there.</summary>
    public required string LogId { get; init; }

    /// <summary>The prompt's text.</summary>
    public required string Text { get; init; }

    /// <summary>Harmful or benign, as logged.</summary>
    public required Label Label { get; init; }

    /// <summary>Attack family, e.g. <c>educator</c>; empty where the log names none.</summary>
    public string Family { get => field ?? ""; init; } = "";

    /// <summary>Where it was seen; empty where the log does not say.</summary>
    public string Source { get => field ?? ""; init; } = "";
}

/// <summary>A prompt of the evaluation suite; no step but evaluation may see it.</summary>
public sealed record EvaluationPrompt : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The prompt's text.</summary>
    public required string Text { get; init; }

    /// <summary>What the right answer is: a refusal or help.</summary>
    public required Label Label { get; init; }

    /// <summary>Attack family; empty where unknown.</summary>
    public string Family { get => field ?? ""; init; } = "";
}

/// <summary>One attempt at a guideline, verified or not (method, steps 1 and 2).</summary>
public sealed record Guideline : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>Which of the recipe's guidelines this is an attempt at.</summary>
    public required int Slot { get; init; }

    /// <summary>The attempt, from 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>The guideline's text; empty where the model's answer held none.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the score reached the recipe's threshold.</summary>
    public required bool Verified { get; init; }

    /// <summary>Share of verification responses that were right: harmful refused, benign not refused.</summary>
    public required double Score { get; init; }

    /// <summary>The logged prompts shown when it was written.</summary>
    public required IReadOnlyList<string> ExampleIds { get; init; }

    /// <summary>SHA-256 of the instruction that asked for it.</summary>
    public required string InstructionHash { get; init; }
}

/// <summary>Why an augmented prompt was kept or dropped (method, steps 3 and 4).</summary>
public enum PromptVerdict
{
    /// <summary>Kept.</summary>
    Accepted,

    /// <summary>The model's answer held no text between the tags.</summary>
    Unparseable,

    /// <summary>The model classified it as the other label, or gave no verdict.</summary>
    WrongLabel,

    /// <summary>Equal or nearly equal to a logged prompt or to another of the same batch.</summary>
    NearDuplicate,

    /// <summary>Equal to a prompt of the evaluation suite.</summary>
    EvaluationPrompt,
}

/// <summary>A prompt written by the model in the style of the logged ones.</summary>
public sealed record AugmentedPrompt : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The prompt's text; empty where unparseable.</summary>
    public required string Text { get; init; }

    /// <summary>The label it was written for.</summary>
    public required Label Label { get; init; }

    /// <summary>Kept, or why not.</summary>
    public required PromptVerdict Verdict { get; init; }

    /// <summary>The prompts shown when it was written.</summary>
    public required IReadOnlyList<string> ExampleIds { get; init; }

    /// <summary>SHA-256 of the instruction that asked for it.</summary>
    public required string InstructionHash { get; init; }
}

/// <summary>A training pair for SFT: the prompt without its guideline, and a response that followed it (method, step 5).</summary>
public sealed record SftPair : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The augmented prompt.</summary>
    public required string PromptId { get; init; }

    /// <summary>The prompt's label.</summary>
    public required Label Label { get; init; }

    /// <summary>The prompt's text, without guideline.</summary>
    public required string Prompt { get; init; }

    /// <summary>The whole response, thinking and answer, as the model wrote it.</summary>
    public required string Completion { get; init; }

    /// <summary>The guideline that was in the context when the response was sampled.</summary>
    public required string GuidelineId { get; init; }

    /// <summary>The model's own score of a benign response, 1 to 10; null for refusals.</summary>
    public double? Score { get; init; }
}

/// <summary>A training pair for DPO, both responses sampled from the SFT model without guideline (method, step 7).</summary>
public sealed record PreferencePair : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The augmented prompt.</summary>
    public required string PromptId { get; init; }

    /// <summary>The prompt's label.</summary>
    public required Label Label { get; init; }

    /// <summary>The prompt's text.</summary>
    public required string Prompt { get; init; }

    /// <summary>The preferred response: a refusal for harmful prompts, the best-scored answer for benign ones.</summary>
    public required string Chosen { get; init; }

    /// <summary>The other response: a non-refusal for harmful prompts, a refusal for benign ones.</summary>
    public required string Rejected { get; init; }
}

/// <summary>A trained adapter.</summary>
public sealed record Checkpoint : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>Which training made it.</summary>
    public required Stage Stage { get; init; }

    /// <summary>The checkpoint it started from; null for the base model.</summary>
    public string? ParentId { get; init; }

    /// <summary>Fingerprint of the base model.</summary>
    public required string BaseModel { get; init; }

    /// <summary>The adapter's folder in PEFT's format, relative to the checkpoint root.</summary>
    public required string Folder { get; init; }

    /// <summary>SHA-256 of <c>adapter_model.safetensors</c>.</summary>
    public required string AdapterHash { get; init; }

    /// <summary>SHA-256 over the training data, pairs in the order of their ids.</summary>
    public required string DataHash { get; init; }

    /// <summary>Pairs trained on.</summary>
    public required int Pairs { get; init; }

    /// <summary>Optimizer steps taken.</summary>
    public required int Steps { get; init; }

    /// <summary>Mean loss of the last tenth of the steps.</summary>
    public required double FinalLoss { get; init; }
}

/// <summary>A judged response to an evaluation prompt.</summary>
public sealed record JudgedResponse : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The method evaluated.</summary>
    public required Method Method { get; init; }

    /// <summary>The evaluation prompt.</summary>
    public required string PromptId { get; init; }

    /// <summary>The prompt's label.</summary>
    public required Label Label { get; init; }

    /// <summary>The whole response, thinking and answer.</summary>
    public required string Text { get; init; }

    /// <summary>The judge's verdict.</summary>
    public required JudgeVerdict Verdict { get; init; }
}

/// <summary>The figures of one method on the evaluation suite.</summary>
public sealed record Evaluation : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The method evaluated.</summary>
    public required Method Method { get; init; }

    /// <summary>Who judged.</summary>
    public required JudgeKind Judge { get; init; }

    /// <summary>Counts over the whole suite.</summary>
    public required EvaluationCounts Counts { get; init; }
}

/// <summary>The checkpoint that a base model is served with: the candidate of the newest round that was better than what was there.</summary>
public sealed record Champion : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <summary>The round that made it.</summary>
    public required string RoundId { get; init; }

    /// <summary>The checkpoint.</summary>
    public required string CheckpointId { get; init; }

    /// <summary>Fingerprint of the base model.</summary>
    public required string BaseModel { get; init; }

    /// <summary>When its round was started.</summary>
    public required DateTimeOffset RoundCreatedAt { get; init; }
}

/// <summary>What a command's work published, so that a repeated command repeats the answer and not the work.</summary>
public sealed record Receipt : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The event as JSON.</summary>
    public required string Event { get; init; }
}
