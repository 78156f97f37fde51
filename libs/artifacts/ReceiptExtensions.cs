using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts;

/// <summary>
/// Receipts: what a command's work published, kept so that a repeated command repeats the answer and not the work.
/// </summary>
public static class ReceiptExtensions
{
    /// <summary>The event that this work published before, or null if it has not been done yet.</summary>
    /// <param name="store">The artifact store.</param>
    /// <param name="roundId">The round.</param>
    /// <param name="work">The work's name and place, the same for each repetition.</param>
    /// <param name="type">How the event is read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<TEvent?> FindReceiptAsync<TEvent>(
        this IArtifactStore store,
        string roundId,
        string work,
        JsonTypeInfo<TEvent> type,
        CancellationToken cancellationToken)
        where TEvent : class
    {
        ArgumentNullException.ThrowIfNull(store);
        var receipt = await store.FindAsync<Receipt>(ArtifactIds.Receipt(roundId, work), cancellationToken);
        return receipt is null ? null : JsonSerializer.Deserialize(receipt.Event, type);
    }

    /// <summary>Stores the event that this work is about to publish. Write the artifacts that it names first.</summary>
    public static Task WriteReceiptAsync<TEvent>(
        this IArtifactStore store,
        string roundId,
        string work,
        TEvent published,
        JsonTypeInfo<TEvent> type,
        CancellationToken cancellationToken)
        where TEvent : class
    {
        ArgumentNullException.ThrowIfNull(store);
        var receipt = new Receipt
        {
            Id = ArtifactIds.Receipt(roundId, work),
            RoundId = roundId,
            Event = JsonSerializer.Serialize(published, type),
        };
        return store.UpsertAsync(receipt, cancellationToken);
    }
}
