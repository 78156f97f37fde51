using System.ClientModel;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Sgasa.Hosting.ModelClients;

/// <summary>Turns the faults of an OpenAI-compatible server into those that consumers know.</summary>
internal sealed class OpenAIFaultsChatClient(IChatClient inner, string address) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (Translate(fault, cancellationToken) is { } known)
        {
            throw known;
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using var _ = updates.ConfigureAwait(false);
        while (await MoveNextAsync(updates, cancellationToken).ConfigureAwait(false))
            yield return updates.Current;
    }

    private async ValueTask<bool> MoveNextAsync(
        IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (Translate(fault, cancellationToken) is { } known)
        {
            throw known;
        }
    }

    private Exception? Translate(Exception fault, CancellationToken cancellationToken) => fault switch
    {
        // Status 0: no answer at all.
        ClientResultException { Status: var status } => status == 0 || TransientFaults.IsTransient((HttpStatusCode)status)
            ? new ModelUnavailableException($"The model at {address} could not answer (HTTP {status}).", fault)
            : new ModelRequestException($"The model at {address} refused a request (HTTP {status}).", fault),
        OperationCanceledException when !cancellationToken.IsCancellationRequested =>
            new ModelUnavailableException($"The model at {address} did not answer in time.", fault),
        HttpRequestException or IOException or AggregateException =>
            new ModelUnavailableException($"The model at {address} could not be reached.", fault),
        _ => null,
    };
}
