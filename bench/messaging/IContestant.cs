using Sgasa.Contracts.Messages;

namespace Sgasa.Bench.Messaging;

/// <summary>A way to consume a queue. All have a durable quorum queue, confirms, and the same prefetch and concurrency.</summary>
internal interface IContestant
{
    /// <summary>Messages handed out ahead, and worked on at once: what a queue of events has by default.</summary>
    const int Prefetch = 32;

    /// <inheritdoc cref="Prefetch"/>
    const int Concurrency = 4;

    string Name { get; }

    string Queue { get; }

    /// <summary>Begins to consume, and returns when it does; each message is told to the watch.</summary>
    Task<IRunning> StartAsync(Watch watch);
}

/// <summary>A consumer that runs, with the way to publish that belongs to it.</summary>
internal interface IRunning : IAsyncDisposable
{
    /// <summary>Publishes to the queue as this contestant does; returns when the broker has confirmed it.</summary>
    Task PublishAsync(PromptAugmented message);
}
