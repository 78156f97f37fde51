using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;

namespace Sgasa.Coordinator.Tests.Consumers;

/// <summary>The coordinator in a host with an in-memory bus, scripted workers and a SQLite file.</summary>
internal sealed class RoundHost : IAsyncDisposable
{
    private readonly IHost _host;

    private RoundHost(IHost host) => _host = host;

    public IRoundService Rounds => _host.Services.GetRequiredService<IRoundService>();

    public IRoundFeed Feed => _host.Services.GetRequiredService<IRoundFeed>();

    public IArtifactStore Artifacts => _host.Services.GetRequiredService<IArtifactStore>();

    public static async Task<RoundHost> StartAsync(string database, Script script, bool resume = true)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services
            .AddSingleton(script)
            .AddSgasaDefaults()
            .AddSqliteStores(database)
            .AddSgasaBus(
                options => options.StopGrace = TimeSpan.Zero,
                bus =>
                {
                    bus.AddCoordinatorConsumers();
                    bus.AddScriptedWorkers();
                })
            .AddCoordinator(options => options.ResumeOnStart = resume);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new RoundHost(host);
    }

    /// <summary>Watches a round to its end.</summary>
    public async Task<RoundProgress> EndOfAsync(string roundId)
    {
        RoundProgress? last = null;
        await foreach (var progress in Feed.WatchAsync(roundId, TestContext.Current.CancellationToken)) last = progress;
        return last.ShouldNotBeNull();
    }

    /// <summary>The decider's state in the store, as JSON.</summary>
    public async Task<string> StateJsonAsync(string roundId)
    {
        var store = _host.Services.GetRequiredService<IRoundStore>();
        var document = await store.FindAsync(roundId, TestContext.Current.CancellationToken);
        return JsonSerializer.Serialize(StoredRound.Read(document.ShouldNotBeNull()).State, RoundJson.Default.RoundState);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
