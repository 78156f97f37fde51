using Sgasa.Artifacts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Work;

/// <summary>What a command's work came to.</summary>
/// <typeparam name="TEvent">The event that answers the command.</typeparam>
public sealed class WorkDone<TEvent> where TEvent : class, IRoundAnswer
{
    private readonly Func<IArtifactStore, CancellationToken, Task> _store;

    internal WorkDone(TEvent? answer, string outcome, Func<IArtifactStore, CancellationToken, Task> store) =>
        (Answer, Outcome, _store) = (answer, outcome, store);

    /// <summary>The event; null where it is published later, by whoever goes on with the work.</summary>
    public TEvent? Answer { get; }

    /// <summary>What came of it for the log: ids and counts, never prompt text.</summary>
    public string Outcome { get; }

    /// <summary>Stores the artifacts.</summary>
    internal Task StoreAsync(IArtifactStore artifacts, CancellationToken cancellationToken) => _store(artifacts, cancellationToken);
}

/// <summary>Says what a command's work came to.</summary>
public static class WorkDone
{
    /// <summary>Work that is answered now: its artifacts are stored, then the event is published.</summary>
    public static WorkDone<TEvent> With<TArtifact, TEvent>(
        IReadOnlyCollection<TArtifact> artifacts, TEvent answer, string outcome)
        where TArtifact : class, IArtifact
        where TEvent : class, IRoundAnswer
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        ArgumentNullException.ThrowIfNull(answer);
        return new WorkDone<TEvent>(answer, outcome, (store, ct) => store.UpsertAsync(artifacts, ct));
    }

    /// <summary>Work that goes on elsewhere and is answered from there.</summary>
    public static WorkDone<TEvent> AnsweredLater<TEvent>(string outcome) where TEvent : class, IRoundAnswer =>
        new(answer: null, outcome, static (_, _) => Task.CompletedTask);
}
