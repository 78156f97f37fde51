using Microsoft.Extensions.AI;
using Sgasa.Contracts;

namespace Sgasa.Testing;

/// <summary>
/// A model that says what its script says. A line of the script is found by the response's id, through the seed that
/// derives from it; what has no line is answered by <see cref="Otherwise"/>.
/// </summary>
internal sealed class ScriptedModel(long roundSeed) : IChatClient
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, ScriptedReply> _lines = [];
    private readonly List<ScriptedCall> _calls = [];
    private readonly List<(TaskCompletionSource Release, string Text)> _held = [];

    /// <summary>Answers what has no line.</summary>
    public Func<ScriptedCall, ScriptedReply> Otherwise { get; set; } =
        call => throw new InvalidOperationException($"Nothing is scripted for: {call.Text}");

    /// <summary>Whether calls wait for <see cref="ReleaseAsync"/>.</summary>
    public bool Holds { get; init; }

    /// <summary>All calls so far.</summary>
    public IReadOnlyList<ScriptedCall> Calls
    {
        get { lock (_gate) return [.. _calls]; }
    }

    /// <summary>Most calls that were held at a time.</summary>
    public int MostHeld { get; private set; }

    /// <summary>Answers the response of that id so.</summary>
    public ScriptedModel On(string responseId, ScriptedReply reply)
    {
        _lines[Seeds.Derive(roundSeed, responseId)] = reply;
        return this;
    }

    /// <summary>Lets held calls go one by one until <paramref name="work"/> has ended.</summary>
    public async Task<T> ReleaseAsync<T>(Task<T> work, bool newestFirst)
    {
        while (!work.IsCompleted)
        {
            TaskCompletionSource? release = null;
            lock (_gate)
            {
                if (_held.Count > 0)
                {
                    var index = newestFirst ? _held.Count - 1 : 0;
                    release = _held[index].Release;
                    _held.RemoveAt(index);
                }
            }

            release?.SetResult();
            await Task.Yield();
        }

        return await work;
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = new ScriptedCall(messages.ShouldHaveSingleItem().Text, options.ShouldNotBeNull());
        TaskCompletionSource? hold = null;
        lock (_gate)
        {
            _calls.Add(call);
            if (Holds)
            {
                hold = new TaskCompletionSource();
                _held.Add((hold, call.Text));
                MostHeld = Math.Max(MostHeld, _held.Count);
            }
        }

        if (hold is not null)
        {
            using var _ = cancellationToken.Register(() => hold.TrySetCanceled(cancellationToken));
            await hold.Task;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var reply = _lines.TryGetValue(call.Seed, out var line) ? line : Otherwise(call);
        if (reply.Fault is not null) throw reply.Fault;
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, reply.Text))
        {
            FinishReason = reply.CutOff ? ChatFinishReason.Length : ChatFinishReason.Stop,
            Usage = new UsageDetails { OutputTokenCount = reply.Tokens },
        };
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}

/// <summary>What the model was asked.</summary>
internal sealed record ScriptedCall(string Text, ChatOptions Options)
{
    public long Seed => Options.Seed.ShouldNotBeNull();

    public string? Checkpoint => Options.ModelId;
}

/// <summary>What the model says.</summary>
internal sealed record ScriptedReply(string Text)
{
    public long Tokens { get; init; } = 1;

    public bool CutOff { get; init; }

    public Exception? Fault { get; init; }

    public static implicit operator ScriptedReply(string text) => new(text);
}
