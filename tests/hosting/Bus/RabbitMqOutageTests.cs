using MassTransit;
using Sgasa.Hosting.Bus;

namespace Sgasa.Hosting.Tests.Bus;

/// <summary>Takes a server of its own away from the hosts and gives it back.</summary>
[Trait("Category", "Integration")]
public sealed class RabbitMqOutageTests : IAsyncDisposable
{
    private readonly Broker _broker = new();

    [Fact]
    public async Task StartAsync_BrokerNotThere_ConnectsWhenItIs()
    {
        var virtualHost = await _broker.VirtualHostAsync();
        await _broker.StopAsync();
        var script = new Script();

        await using var host = await BrokerHost.StartAsync(virtualHost, script, Worker);
        var sending = host.SendAsync(Some.Command());
        await _broker.StartAsync();

        await sending;
        await BrokerHost.UntilAsync(() => script.Attempts == 1);
    }

    [Fact]
    public async Task Consume_BrokerRestarted_LosesNothing()
    {
        var script = new Script { Act = (attempt, ct) => attempt == 1 ? Task.Delay(Timeout.Infinite, ct) : Task.CompletedTask };
        await using var host = await BrokerHost.StartAsync(await _broker.VirtualHostAsync(), script, Worker);
        for (var batch = 0; batch < 20; batch++) await host.SendAsync(Some.Command(batch));
        await BrokerHost.UntilAsync(() => script.Attempts > 0);

        await _broker.StopAsync();
        await _broker.StartAsync();

        await BrokerHost.UntilAsync(() => script.Seen.Distinct().Count() == 20);
        await BrokerHost.UntilAsync(() => host.StateAsync("augment-prompts"), queue => queue is { Waiting: 0, Consumers: 1 });
        host.Failures.All.ShouldBeEmpty();
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private static void Worker(IBusRegistrationConfigurator bus) => bus.AddConsumer<AugmentPromptsConsumer>();
}
