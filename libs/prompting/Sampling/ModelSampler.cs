using Microsoft.Extensions.AI;
using Sgasa.Contracts;

namespace Sgasa.Prompting.Sampling;

/// <summary>
/// Samples responses from a model. Callers ask for all they need at once: the calls in flight are bounded here, over
/// all callers, and answered in the order of asking as places become free.
/// </summary>
public sealed class ModelSampler : IDisposable
{
    private const string ThinkingEnd = "</think>";

    private readonly IChatClient _model;
    private readonly SemaphoreSlim _places;

    /// <summary>
    /// Samples from <paramref name="model"/> with at most <paramref name="maxParallelCalls"/> calls in flight.
    /// </summary>
    public ModelSampler(IChatClient model, int maxParallelCalls)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxParallelCalls, 1);
        _model = model;
        _places = new SemaphoreSlim(maxParallelCalls);
    }

    /// <summary>Samples one response. Faults of the endpoint reach the caller as they are.</summary>
    public async Task<Sample> SampleAsync(SampleRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var message = new ChatMessage(ChatRole.User, request.Text);
            var response = await _model.GetResponseAsync([message], Options(request), cancellationToken)
                .ConfigureAwait(false);
            var ended = response.FinishReason is not { } reason || reason == ChatFinishReason.Stop;
            return new Sample(request.Id, WholeText(response), ended, response.Usage?.OutputTokenCount ?? 0);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    private static ChatOptions Options(SampleRequest request) => new()
    {
        ModelId = request.CheckpointId,
        Seed = Seeds.Derive(request.RoundSeed, request.Id),
        Temperature = (float)request.Sampling.Temperature,
        TopP = (float)request.Sampling.TopP,
        TopK = request.Sampling.TopK == 0 ? null : request.Sampling.TopK,
        MaxOutputTokens = request.Sampling.MaxNewTokens,
    };

    // Some servers take the thinking out of the text and hand it over beside it: put it back, or every response would
    // look unfinished.
    private static string WholeText(ChatResponse response)
    {
        var thinking = string.Concat(response.Messages
            .SelectMany(message => message.Contents.OfType<TextReasoningContent>())
            .Select(content => content.Text));
        var text = response.Text;
        return thinking.Length == 0 || text.Contains(ThinkingEnd, StringComparison.Ordinal)
            ? text
            : text.Length == 0 ? thinking : $"{thinking.TrimEnd()}\n{ThinkingEnd}\n\n{text.TrimStart()}";
    }
}
