namespace Sgasa.Artifacts.Tests.Contract;

/// <summary>What every <see cref="IStoreProbe"/> does.</summary>
public abstract class StoreProbeContract : StoreContract
{
    [Fact]
    public Task CheckAsync_DatabaseThere_Returns() => Here.Probe.CheckAsync(Token);

    [Fact]
    public Task CheckAsync_Cancelled_Throws() =>
        Should.ThrowAsync<OperationCanceledException>(() => Here.Probe.CheckAsync(new CancellationToken(canceled: true)));
}
