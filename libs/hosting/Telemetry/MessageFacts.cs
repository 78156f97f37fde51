using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;

namespace Sgasa.Hosting.Telemetry;

/// <summary>What a span says of a message.</summary>
internal static class MessageFacts
{
    /// <summary>The round that a message belongs to; empty for messages of others.</summary>
    public static string RoundOf(object message) => message switch
    {
        AttackLogged m => m.RoundId,
        RoundStarted m => m.RoundId,
        GuidelineSynthesized m => m.RoundId,
        PromptAugmented m => m.RoundId,
        PairBuilt m => m.RoundId,
        TrainingProgressed m => m.RoundId,
        CheckpointReady m => m.RoundId,
        TrainingFailed m => m.RoundId,
        CheckpointEvaluated m => m.RoundId,
        WorkFailed m => m.RoundId,
        CheckpointPromoted m => m.RoundId,
        CheckpointRejected m => m.RoundId,
        RoundCompleted m => m.RoundId,
        RoundFailed m => m.RoundId,
        _ => WorkCommands.Describe(message)?.RoundId ?? "",
    };

    /// <summary>A command's name and place in its round; an event's name.</summary>
    public static string WorkOf(object message) => WorkCommands.Describe(message)?.Work ?? message.GetType().Name;
}
