using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Sgasa.Contracts;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting.Telemetry;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Model;

namespace Sgasa.Trainer.Sampling;

/// <summary>Sampling over gRPC.</summary>
public sealed class GenerationService(
    ModelRuntime runtime,
    GenerationQueue queue,
    CheckpointArchive archive,
    IOptions<TrainerOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
    : Generation.GenerationBase
{
    /// <inheritdoc />
    public override Task Generate(
        GenerateRequest request, IServerStreamWriter<GenerateChunk> responseStream, ServerCallContext context) =>
        AnswerAsync([request], responseStream, context.CancellationToken);

    /// <inheritdoc />
    public override Task GenerateBatch(
        GenerateBatchRequest request, IServerStreamWriter<GenerateChunk> responseStream, ServerCallContext context)
    {
        if (request.Requests.Count == 0 || request.Requests.Count > options.Value.MaxBatchRequests)
            throw new UserErrorException(
                $"requests has {request.Requests.Count} entries: give from 1 to {options.Value.MaxBatchRequests}.");
        return AnswerAsync(request.Requests, responseStream, context.CancellationToken);
    }

    /// <inheritdoc />
    public override async Task<ModelInfo> GetModel(GetModelRequest request, ServerCallContext context)
    {
        var model = await runtime.GetAsync(context.CancellationToken);
        return new ModelInfo
        {
            Name = model.Name,
            Fingerprint = model.Fingerprint,
            Parameters = model.Parameters,
            ContextLength = model.Config.ContextLength,
            Device = model.Device,
            CheckpointIds = { await archive.ListAsync(context.CancellationToken) },
        };
    }

    private async Task AnswerAsync(
        IReadOnlyList<GenerateRequest> requests,
        IServerStreamWriter<GenerateChunk> stream,
        CancellationToken callCancelled)
    {
        // A host that stops does not wait for long answers.
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(callCancelled, lifetime.ApplicationStopping);
        var (cancellationToken, begun) = (linked.Token, time.GetTimestamp());
        var model = await runtime.GetAsync(cancellationToken);
        var prepared = Prepare(new GenerationRequests(model, options.Value), requests);
        foreach (var checkpointId in prepared.Select(request => request.CheckpointId).Distinct(StringComparer.Ordinal))
            await archive.FetchAdapterAsync(checkpointId, cancellationToken);
        var responses = await queue.SubmitAsync(model, prepared, cancellationToken);
        try
        {
            await foreach (var chunk in MergeAsync(responses, cancellationToken))
            {
                if (chunk.FinishReason != FinishReason.Unspecified)
                {
                    GenerationMetrics.Answered(
                        model.Name, chunk.PromptTokens, chunk.CompletionTokens, time.GetElapsedTime(begun));
                }
                await stream.WriteAsync(chunk, cancellationToken);
            }
        }
        finally
        {
            await Task.WhenAll(responses.Select(response => response.DisposeAsync().AsTask()));
        }
    }

    private static List<PreparedRequest> Prepare(GenerationRequests reader, IReadOnlyList<GenerateRequest> requests)
    {
        var prepared = new List<PreparedRequest>(requests.Count);
        foreach (var request in requests)
        {
            try
            {
                prepared.Add(reader.Read(request));
            }
            catch (UserErrorException fault) when (requests.Count > 1)
            {
                throw new UserErrorException($"requests[{prepared.Count}]: {fault.Message}", fault);
            }
        }
        return prepared;
    }

    /// <summary>The chunks of all responses as they come.</summary>
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types",
        Justification = "The fault goes to the reader.")]
    private static IAsyncEnumerable<GenerateChunk> MergeAsync(
        IReadOnlyList<RunningResponse> responses, CancellationToken cancellationToken)
    {
        if (responses.Count == 1) return responses[0].ChunksAsync(0, cancellationToken);
        var merged = Channel.CreateUnbounded<GenerateChunk>(new UnboundedChannelOptions { SingleReader = true });
        _ = ForwardAllAsync();
        return merged.Reader.ReadAllAsync(cancellationToken);

        async Task ForwardAllAsync()
        {
            await Task.WhenAll(responses.Select(ForwardAsync));
            merged.Writer.TryComplete();
        }

        async Task ForwardAsync(RunningResponse response, int index)
        {
            try
            {
                await foreach (var chunk in response.ChunksAsync(index, cancellationToken))
                    await merged.Writer.WriteAsync(chunk, cancellationToken);
            }
            catch (Exception fault)
            {
                // The first fault ends the call, and with it the other responses.
                merged.Writer.TryComplete(fault);
            }
        }
    }
}
