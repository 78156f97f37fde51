using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Artifacts;

/// <summary>
/// Receipts: what a command's work published, kept so that a repeated command repeats the answer and not the work.
/// </summary>
public static class ReceiptExtensions
{
    /// <summary>The event that this command's work published before, or null if it has not been done yet.</summary>
    /// <param name="store">The artifact store.</param>
    /// <param name="command">The command.</param>
    /// <param name="type">How the event is read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<TEvent?> FindReceiptAsync<TEvent>(
        this IArtifactStore store,
        IRoundCommand command,
        JsonTypeInfo<TEvent> type,
        CancellationToken cancellationToken)
        where TEvent : class
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(command);
        var id = ArtifactIds.Receipt(command.RoundId, command.Work);
        var receipt = await store.FindAsync<Receipt>(id, cancellationToken).ConfigureAwait(false);
        return receipt is null ? null : JsonSerializer.Deserialize(receipt.Event, type);
    }

    /// <summary>Stores the event that this work is about to publish. Write the artifacts that it names first.</summary>
    public static Task WriteReceiptAsync<TEvent>(
        this IArtifactStore store,
        IRoundCommand command,
        TEvent published,
        JsonTypeInfo<TEvent> type,
        CancellationToken cancellationToken)
        where TEvent : class
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(command);
        var receipt = new Receipt
        {
            Id = ArtifactIds.Receipt(command.RoundId, command.Work),
            RoundId = command.RoundId,
            Event = JsonSerializer.Serialize(published, type),
        };
        return store.UpsertAsync(receipt, cancellationToken);
    }
}
