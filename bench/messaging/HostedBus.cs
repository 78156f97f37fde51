using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;

namespace Sgasa.Bench.Messaging;

/// <summary>A host with a bus that runs.</summary>
internal sealed class HostedBus(IHost host) : IRunning
{
    private readonly IMessageSender? _sender = host.Services.GetService<IMessageSender>();
    private readonly IBus _bus = host.Services.GetRequiredService<IBus>();

    /// <summary>The host, when its bus is connected.</summary>
    public static async Task<IRunning> ReadyAsync(IHost host)
    {
        var bus = host.Services.GetRequiredService<IBusControl>();
        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(60));
        return new HostedBus(host);
    }

    public Task PublishAsync(PromptAugmented message) =>
        _sender?.DispatchAsync(message, CancellationToken.None) ?? _bus.Publish(message);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
