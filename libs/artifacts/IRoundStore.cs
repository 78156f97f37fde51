namespace Sgasa.Artifacts;

/// <summary>The coordinator's round documents, one each, guarded by an optimistic version.</summary>
public interface IRoundStore
{
    /// <summary>The round's document, or null.</summary>
    Task<RoundDocument?> FindAsync(string roundId, CancellationToken cancellationToken);

    /// <summary>The round's status alone, see <see cref="RoundDocument.Status"/>; null where there is no such round.</summary>
    Task<string?> FindStatusAsync(string roundId, CancellationToken cancellationToken);

    /// <summary>All rounds, newest first.</summary>
    Task<IReadOnlyList<RoundDocument>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Some of the rounds, newest first; fewer than asked for where there are no more.</summary>
    /// <param name="limit">Most of them.</param>
    /// <param name="after">The last round of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    Task<IReadOnlyList<RoundDocument>> PageAsync(int limit, RoundDocument? after, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the document with <see cref="RoundDocument.Version"/> raised by one, if the stored version is still the
    /// one given (0: not stored yet).
    /// </summary>
    /// <returns>Whether it was written; false means somebody else wrote first.</returns>
    Task<bool> TrySaveAsync(RoundDocument document, CancellationToken cancellationToken);
}

/// <summary>A round as it is stored: what lists need, and the decider's state with its outbox as JSON.</summary>
public sealed record RoundDocument
{
    /// <summary>The status of a round whose work is wanted.</summary>
    public const string Running = "Running";

    /// <summary>The round's id.</summary>
    public required string Id { get; init; }

    /// <summary>Version the document was read at; 0 for a new one.</summary>
    public required long Version { get; init; }

    /// <summary>The round's status, as a word: <see cref="Running"/>, or one that says how it ended.</summary>
    public required string Status { get; init; }

    /// <summary>When the round was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>State and unsent messages.</summary>
    public required string Json { get; init; }
}
