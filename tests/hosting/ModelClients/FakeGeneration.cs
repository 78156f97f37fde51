using System.Collections.Concurrent;
using Grpc.Core;
using Sgasa.Contracts.Grpc;

namespace Sgasa.Hosting.Tests.ModelClients;

/// <summary>A trainer without a model: answers as the test says.</summary>
public sealed class FakeGeneration : Generation.GenerationBase
{
    /// <summary>The requests that arrived.</summary>
    public ConcurrentQueue<GenerateRequest> Requests { get; } = [];

    /// <summary>How a request is answered.</summary>
    public Func<GenerateRequest, IServerStreamWriter<GenerateChunk>, ServerCallContext, Task> Answer { get; set; } =
        (_, stream, _) => stream.WriteAsync(Last("<think>so</think>Yes."));

    /// <summary>The last chunk of an answer.</summary>
    public static GenerateChunk Last(string text, FinishReason reason = FinishReason.Stop) =>
        new() { Text = text, FinishReason = reason, PromptTokens = 11, CompletionTokens = 5 };

    /// <inheritdoc />
    public override Task Generate(
        GenerateRequest request, IServerStreamWriter<GenerateChunk> responseStream, ServerCallContext context)
    {
        Requests.Enqueue(request);
        return Answer(request, responseStream, context);
    }

    /// <inheritdoc />
    public override Task<ModelInfo> GetModel(GetModelRequest request, ServerCallContext context) =>
        Task.FromResult(new ModelInfo { Name = "fake" });
}
