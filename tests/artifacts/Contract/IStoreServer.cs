using Sgasa.Artifacts.Files;

namespace Sgasa.Artifacts.Tests.Contract;

/// <summary>An empty database of its own for each test; each connection stands for another replica of a service.</summary>
public interface IStoreServer : IAsyncDisposable
{
    /// <summary>Connects to the same data.</summary>
    Task<StoreConnection> ConnectAsync(TimeProvider time);
}

/// <summary>What one replica sees.</summary>
/// <param name="Artifacts">Artifacts.</param>
/// <param name="Rounds">Round documents.</param>
/// <param name="Jobs">Training jobs.</param>
/// <param name="Files">Sets of files.</param>
/// <param name="SmallFiles">The same, taking 1000 bytes in a set.</param>
/// <param name="Probe">The health check.</param>
public sealed record StoreConnection(
    IArtifactStore Artifacts,
    IRoundStore Rounds,
    ITrainingJobStore Jobs,
    IFileStore Files,
    IFileStore SmallFiles,
    IStoreProbe Probe);
