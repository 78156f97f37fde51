using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sgasa.Hosting.Bus;

namespace Sgasa.Hosting.Tests.Bus;

/// <summary>A host on a test's virtual host, with the scripted consumers that the test names.</summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IHost _host;

    private BrokerHost(IHost host) => _host = host;

    public Failures Failures => _host.Services.GetRequiredService<Failures>();

    public IBrokerQueues Queues => _host.Services.GetRequiredService<IBrokerQueues>();

    public static async Task<BrokerHost> StartAsync(
        Action<BusOptions> virtualHost,
        Script script,
        Action<IBusRegistrationConfigurator> consumers,
        Action<BusOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(script).AddSingleton<Failures>();
        builder.Services.AddSgasaBus(
            options =>
            {
                options.Retries = 0;
                options.FirstRetryPause = options.LongestRetryPause = TimeSpan.FromMilliseconds(1);
                options.DelayedRetries = 0;
                options.StopGrace = TimeSpan.FromMilliseconds(500);
                virtualHost(options);
                configure?.Invoke(options);
            },
            consumers);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new BrokerHost(host);
    }

    public Task SendAsync(object message) => _host.Services.GetRequiredService<IMessageSender>()
        .DispatchAsync(message, TestContext.Current.CancellationToken).WaitAsync(Patience);

    /// <summary>Looks again until what is looked for is there.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> found)
    {
        var (seen, since) = (await look(), TimeProvider.System.GetTimestamp());
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!found(seen))
        {
            TimeProvider.System.GetElapsedTime(since).ShouldBeLessThan(Patience, $"Last seen: {Show(seen)}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            seen = await look();
        }

        return seen;
    }

    private static string Show<T>(T seen) =>
        seen is System.Collections.IEnumerable all ? string.Join("; ", all.Cast<object>()) : $"{seen}";

    public static Task UntilAsync(Func<bool> found) => UntilAsync(() => Task.FromResult(0), _ => found());

    public Task<IReadOnlyList<QueueFault>> FaultsAsync(int count = 1) => UntilAsync(
        () => Queues.ListFaultsAsync(100, TestContext.Current.CancellationToken), faults => faults.Count == count);

    public async Task<QueueState> StateAsync(string queue) =>
        (await Queues.ListAsync(TestContext.Current.CancellationToken)).Single(q => q.Name == queue);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
