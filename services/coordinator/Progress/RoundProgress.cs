using System.Text.Json.Serialization;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Progress;

/// <summary>How far a round has come, for people.</summary>
public sealed record RoundProgress
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>Where it stands as a whole.</summary>
    public required RoundStatus Status { get; init; }

    /// <summary>Why it failed or was cancelled; empty otherwise.</summary>
    public required string Reason { get; init; }

    /// <summary>One entry for each stage, in the order of <see cref="ProgressStage"/>.</summary>
    public required IReadOnlyList<StageProgress> Stages { get; init; }
}

/// <summary>How far one stage of a round has come.</summary>
public sealed record StageProgress
{
    /// <summary>Which stage.</summary>
    public required ProgressStage Stage { get; init; }

    /// <summary>Waiting, running, done or cancelled.</summary>
    public required ProgressState State { get; init; }

    /// <summary>What is done: guidelines, prompts, pairs, optimizer steps or judged responses.</summary>
    public required int Done { get; init; }

    /// <summary>How many are wanted; 0 while unknown. A stage may be done with fewer.</summary>
    public required int Of { get; init; }

    /// <summary>Tokens generated or trained on per second while the stage was at work; null before there is a measure.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Loss of the last optimizer step; null outside training.</summary>
    public double? Loss { get; init; }

    /// <summary>Seconds the stage still needs at its pace so far; null before there is one, and when it is not running.</summary>
    public double? SecondsLeft { get; init; }
}

/// <summary>Where a stage stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProgressState>))]
public enum ProgressState
{
    /// <summary>What it needs is not there yet.</summary>
    Waiting,

    /// <summary>Work of it is outstanding, or part of it is done.</summary>
    Running,

    /// <summary>Nothing of it is left to do.</summary>
    Done,

    /// <summary>The round was cancelled before it was done.</summary>
    Cancelled,
}

/// <summary>The stages of a round, in order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProgressStage>))]
public enum ProgressStage
{
    /// <summary>Guidelines written and verified.</summary>
    Guidelines,

    /// <summary>Prompts written and filtered.</summary>
    Prompts,

    /// <summary>SFT pairs built.</summary>
    SftPairs,

    /// <summary>SFT steps.</summary>
    Sft,

    /// <summary>Preference pairs built.</summary>
    DpoPairs,

    /// <summary>DPO steps.</summary>
    Dpo,

    /// <summary>Responses judged, over all four methods.</summary>
    Evaluation,
}

/// <summary>How stages are shown.</summary>
public static class ProgressStageNames
{
    /// <summary>The stage's name for people.</summary>
    public static string DisplayName(this ProgressStage stage) => stage switch
    {
        ProgressStage.Guidelines => "Guidelines",
        ProgressStage.Prompts => "Prompts",
        ProgressStage.SftPairs => "SFT pairs",
        ProgressStage.Sft => "SFT",
        ProgressStage.DpoPairs => "DPO pairs",
        ProgressStage.Dpo => "DPO",
        ProgressStage.Evaluation => "Evaluation",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "Unknown stage."),
    };
}
