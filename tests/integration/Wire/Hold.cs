namespace Sgasa.Integration.Tests.Wire;

/// <summary>
/// Holds whatever passes a place, until it is let go or cut. What is held is not lost and not sent on, and what comes behind
/// it on the same connection waits as well.
/// </summary>
internal sealed class Hold
{
    private readonly TaskCompletionSource<Passage> _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="name">What is held, in words.</param>
    /// <param name="holds">Whether a passage is held.</param>
    public Hold(string name, Func<Passage, bool> holds) => (Name, Holds) = (name, holds);

    /// <summary>What is held, in words.</summary>
    public string Name { get; }

    /// <summary>Whether a passage is held.</summary>
    public Func<Passage, bool> Holds { get; }

    /// <summary>The first passage that is held; ends when there is one.</summary>
    public Task<Passage> Reached => _reached.Task;

    /// <summary>Whether nothing is held any more.</summary>
    public bool IsOver => _goesOn.Task.IsCompleted;

    /// <summary>Waits until the passage may go on.</summary>
    /// <returns>False where the connection is to end instead.</returns>
    public Task<bool> WaitAsync(Passage passage, CancellationToken ct)
    {
        _reached.TrySetResult(passage);
        return _goesOn.Task.WaitAsync(ct);
    }

    /// <summary>Sends on what is held, and holds nothing more.</summary>
    public void LetGo() => _goesOn.TrySetResult(true);

    /// <summary>Drops what is held with its connection, and holds nothing more.</summary>
    public void Cut() => _goesOn.TrySetResult(false);
}
