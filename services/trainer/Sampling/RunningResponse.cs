using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sgasa.Contracts.Grpc;
using Sgasa.Modeling;
using Sgasa.Modeling.Tokenization;
using Sgasa.Trainer.Device;
using Sgasa.Trainer.Model;
using EngineFinish = Sgasa.Modeling.FinishReason;
using FinishReason = Sgasa.Contracts.Grpc.FinishReason;

namespace Sgasa.Trainer.Sampling;

/// <summary>A submitted request. Disposing of it frees its slot, if it is not finished, and its adapter.</summary>
public sealed class RunningResponse : IAsyncDisposable
{
    private readonly PreparedRequest _request;
    private readonly LoadedModel _model;
    private readonly LoraAdapter? _adapter;
    private readonly DeviceWorker _device;
    private readonly GenerationHandle _handle;
    private readonly Channel<int> _tokens = Channel.CreateUnbounded<int>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>Submits the request; called from the device thread.</summary>
    internal RunningResponse(PreparedRequest request, LoadedModel model, LoraAdapter? adapter, DeviceWorker device)
    {
        (_request, _model, _adapter, _device) = (request, model, adapter, device);
        _handle = model.Engine.Submit(
            new GenerationRequest
            {
                PromptIds = request.PromptIds,
                Adapter = adapter,
                Sampling = request.Sampling,
                Seed = request.Seed,
            },
            request.StreamPieces ? token => _tokens.Writer.TryWrite(token) : null);
        _handle.Completion.ContinueWith(
            _ => _tokens.Writer.TryComplete(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>The response's chunks; the last one says why it ended.</summary>
    /// <param name="cancellationToken">Stops waiting; dispose of the response to stop the sampling.</param>
    public async IAsyncEnumerable<GenerateChunk> ChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var decoder = new IncrementalDecoder(_model.Tokenizer);
        while (await _tokens.Reader.WaitToReadAsync(cancellationToken))
        {
            // Whatever has come meanwhile goes out as one piece.
            var piece = "";
            while (_tokens.Reader.TryRead(out var token))
                if (!IsEnd(token)) piece += decoder.Append(token);
            if (piece.Length > 0) yield return new GenerateChunk { Text = piece };
        }

        var result = await _handle.Completion.WaitAsync(cancellationToken);
        if (result.FinishReason == EngineFinish.Cancelled)
            throw new OperationCanceledException("The trainer stopped sampling.");
        yield return new GenerateChunk
        {
            Text = _request.StreamPieces
                ? decoder.Finish()
                : _model.Tokenizer.Decode(result.TokenIds.Where(token => !IsEnd(token)), skipSpecialTokens: true),
            FinishReason = result.FinishReason == EngineFinish.Stop ? FinishReason.Stop : FinishReason.Length,
            PromptTokens = _request.PromptIds.Count,
            CompletionTokens = result.TokenIds.Count,
        };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _handle.Cancel();
        try
        {
            // An adapter may only go when no row uses it any more.
            await _handle.Completion.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await _device.RunAsync(() => _model.Adapters.Release(_adapter), CancellationToken.None);
        }
        catch (Exception fault) when (fault is ObjectDisposedException or OperationCanceledException)
        {
            // The device is going, and all adapters with it.
        }
    }

    // Some models list end tokens that their tokenizer does not call special.
    private bool IsEnd(int token) => _model.Config.EosTokenIds.Contains(token);
}
