using Grpc.Core;
using Microsoft.Extensions.Options;
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
    public override async Task Generate(
        GenerateRequest request, IServerStreamWriter<GenerateChunk> responseStream, ServerCallContext context)
    {
        // A host that stops does not wait for long answers.
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        var (cancellationToken, begun) = (linked.Token, time.GetTimestamp());
        var model = await runtime.GetAsync(cancellationToken);
        var prepared = new GenerationRequests(model, options.Value).Read(request);
        await archive.FetchAdapterAsync(prepared.CheckpointId, cancellationToken);
        await using var response = await queue.SubmitAsync(model, prepared, cancellationToken);
        await foreach (var chunk in response.ChunksAsync(cancellationToken))
        {
            if (chunk.FinishReason != FinishReason.Unspecified)
            {
                GenerationMetrics.Answered(
                    model.Name, chunk.PromptTokens, chunk.CompletionTokens, time.GetElapsedTime(begun));
            }
            await responseStream.WriteAsync(chunk, cancellationToken);
        }
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
}
