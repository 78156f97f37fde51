namespace Sgasa.Api.Rounds;

/// <summary>How far one stage of a round has come.</summary>
public sealed record StageProgress
{
    /// <summary>Which stage.</summary>
    public required ProgressStage Stage { get; init; }

    /// <summary>Waiting, running or done.</summary>
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
