using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.Extensions.AI;
using Sgasa.Contracts.Grpc;

namespace Sgasa.Hosting.ModelClients;

/// <summary>
/// Asks the trainer's <c>Generation</c> service. <see cref="ChatOptions.ModelId"/> is a checkpoint's id, or null for
/// the base model; options left open take the paper's sampling and seed 0. The text is the model's own, thinking included.
/// </summary>
/// <param name="generation">The service's client; also what <see cref="GetService"/> gives for its type.</param>
/// <param name="timeout">Longest wait for a whole answer.</param>
/// <param name="time">The clock that deadlines are counted from.</param>
public sealed class GrpcChatClient(Generation.GenerationClient generation, TimeSpan timeout, TimeProvider time) : IChatClient
{
    private static readonly ChatClientMetadata Metadata = new("sgasa-trainer");

    /// <inheritdoc />
    /// <exception cref="ModelUnavailableException">The trainer could not answer just now.</exception>
    /// <exception cref="ModelRequestException">The trainer will never answer this request.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var request = GenerateRequests.From(messages, options, streamPieces: false);
        var text = "";
        GenerateChunk? last = null;
        await foreach (var chunk in ChunksAsync(request, cancellationToken).ConfigureAwait(false))
            (text, last) = (text + chunk.Text, chunk);

        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text))
        {
            ModelId = options?.ModelId,
            FinishReason = Finish(last!),
            Usage = Usage(last!),
        };
    }

    /// <inheritdoc />
    /// <exception cref="ModelUnavailableException">The trainer could not answer just now.</exception>
    /// <exception cref="ModelRequestException">The trainer will never answer this request.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var request = GenerateRequests.From(messages, options, streamPieces: true);
        await foreach (var chunk in ChunksAsync(request, cancellationToken).ConfigureAwait(false))
        {
            var update = new ChatResponseUpdate(ChatRole.Assistant, chunk.Text) { ModelId = options?.ModelId };
            if (chunk.FinishReason != FinishReason.Unspecified)
            {
                update.FinishReason = Finish(chunk);
                update.Contents.Add(new UsageContent(Usage(chunk)));
            }

            yield return update;
        }
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(ChatClientMetadata))
            return Metadata;
        return serviceType.IsInstanceOfType(generation) ? generation : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Nothing to dispose of: the channel is its maker's.</summary>
    public void Dispose()
    {
    }

    /// <summary>The answer's chunks; the last one carries a finish reason.</summary>
    private async IAsyncEnumerable<GenerateChunk> ChunksAsync(
        GenerateRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var deadline = (time.GetUtcNow() + timeout).UtcDateTime;
        using var call = generation.Generate(request, deadline: deadline, cancellationToken: cancellationToken);
        while (await MoveNextAsync(call.ResponseStream, cancellationToken).ConfigureAwait(false))
        {
            var chunk = call.ResponseStream.Current;
            yield return chunk;
            if (chunk.FinishReason != FinishReason.Unspecified)
                yield break;
        }

        throw new ModelUnavailableException("The trainer's answer ended before its last chunk.");
    }

    private static async Task<bool> MoveNextAsync(
        IAsyncStreamReader<GenerateChunk> stream, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException fault)
        {
            throw GrpcFaults.Translate(fault, cancellationToken);
        }
    }

    private static ChatFinishReason Finish(GenerateChunk chunk) =>
        chunk.FinishReason == FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop;

    private static UsageDetails Usage(GenerateChunk chunk) => new()
    {
        InputTokenCount = chunk.PromptTokens,
        OutputTokenCount = chunk.CompletionTokens,
        TotalTokenCount = chunk.PromptTokens + chunk.CompletionTokens,
    };
}
