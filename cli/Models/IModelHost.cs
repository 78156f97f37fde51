using Microsoft.Extensions.AI;

namespace Sgasa.Cli.Models;

/// <summary>A model that answers, and what judges its answers: in this process, or at a deployment.</summary>
internal interface IModelHost : IAsyncDisposable
{
    /// <summary>What evaluates.</summary>
    IServiceProvider Services { get; }

    /// <summary>The model.</summary>
    IChatClient Generator { get; }

    /// <summary>The checkpoint id of the adapter that is put on it; null for the base model.</summary>
    string? AdapterId { get; }

    /// <summary>Makes the model ready.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Runs something with it; what went wrong is told in the words of the tool.</summary>
    Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken);
}
