namespace Sgasa.Artifacts.Tests.Contract;

/// <summary>An empty database of its own for each test; each connection stands for another replica of a service.</summary>
public interface IStoreServer : IAsyncDisposable
{
    /// <summary>Connects to the same data.</summary>
    Task<StoreConnection> ConnectAsync(TimeProvider time);
}

/// <summary>What one replica sees.</summary>
public sealed record StoreConnection(IArtifactStore Artifacts, IRoundStore Rounds, ITrainingJobStore Jobs);
