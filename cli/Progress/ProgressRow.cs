using Sgasa.Api.Rounds;

namespace Sgasa.Cli.Progress;

/// <summary>One line of a progress display.</summary>
public sealed record ProgressRow
{
    /// <summary>What is being done.</summary>
    public required string Name { get; init; }

    /// <summary>Waiting, running or done.</summary>
    public required ProgressState State { get; init; }

    /// <summary>How many are done.</summary>
    public required int Done { get; init; }

    /// <summary>How many there are; 0 while unknown.</summary>
    public required int Total { get; init; }

    /// <summary>Tokens per second; null before there is a measure.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Loss of the last optimizer step; null outside training.</summary>
    public double? Loss { get; init; }

    /// <summary>Time still needed; null where there is no estimate.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>The stages of a round.</summary>
    public static IReadOnlyList<ProgressRow> From(RoundProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return
        [
            .. progress.Stages.Select(stage => new ProgressRow
            {
                Name = stage.Stage.DisplayName(),
                State = stage.State,
                Done = stage.Done,
                Total = stage.Of,
                TokensPerSecond = stage.TokensPerSecond,
                Loss = stage.Loss,
                Left = stage.SecondsLeft is { } seconds and < 1e7 ? TimeSpan.FromSeconds(seconds) : null,
            }),
        ];
    }
}
