using Microsoft.Extensions.Time.Testing;

namespace Sgasa.Artifacts.Tests.Contract;

/// <summary>What the contracts of all three stores have in common: a database, a clock, two replicas.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private IStoreServer? _server;

    /// <summary>The clock of the leases.</summary>
    protected FakeTimeProvider Time { get; } = new(Some.Start);

    /// <summary>Ends with the test.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>One replica.</summary>
    protected StoreConnection Here { get; private set; } = null!;

    /// <summary>Another replica over the same data.</summary>
    protected StoreConnection There { get; private set; } = null!;

    /// <summary>Starts the database under test, empty.</summary>
    protected abstract Task<IStoreServer> StartAsync();

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync();
        Here = await _server.ConnectAsync(Time);
        There = await _server.ConnectAsync(Time);
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
