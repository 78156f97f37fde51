namespace Sgasa.Modeling;

/// <summary>A submitted request on its way.</summary>
public sealed class GenerationHandle
{
    private readonly TaskCompletionSource<GenerationResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<int>? _onToken;
    private readonly List<int> _tokens = [];
    private volatile bool _cancelled;

    internal GenerationHandle(GenerationRequest request, IReadOnlyCollection<int> stopTokens, int limit, Action<int>? onToken)
    {
        Request = request;
        StopTokens = stopTokens;
        Limit = limit;
        _onToken = onToken;
    }

    /// <summary>What was asked for.</summary>
    public GenerationRequest Request { get; }

    /// <summary>
    /// The response; it faults when computing it failed, and is never cancelled: see <see cref="FinishReason.Cancelled"/>.
    /// </summary>
    public Task<GenerationResult> Completion => _completion.Task;

    /// <summary>The response once it is finished; null before, or if computing it failed.</summary>
    public GenerationResult? Result { get; private set; }

    internal IReadOnlyCollection<int> StopTokens { get; }

    /// <summary>Most new tokens, the model's longest sequence considered.</summary>
    internal int Limit { get; }

    internal IReadOnlyList<int> Tokens => _tokens;

    internal bool IsCancelled => _cancelled;

    /// <summary>Ends the response before its next token; from any thread.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Takes the next token, and says whether it was the last.</summary>
    internal bool Add(int token)
    {
        _tokens.Add(token);
        try
        {
            _onToken?.Invoke(token);
        }
        catch (Exception e)
        {
            Fail(e); // the listener's fault is its own request's, not that of all who share the batch
            return true;
        }
        if (StopTokens.Contains(token)) Finish(FinishReason.Stop);
        else if (_tokens.Count >= Limit) Finish(FinishReason.Length);
        return _completion.Task.IsCompleted;
    }

    internal void Finish(FinishReason reason)
    {
        Result = new GenerationResult([.. _tokens], reason);
        _completion.TrySetResult(Result);
    }

    internal void Fail(Exception error) => _completion.TrySetException(error);
}
