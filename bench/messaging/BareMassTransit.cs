using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sgasa.Contracts.Messages;

namespace Sgasa.Bench.Messaging;

/// <summary>A consumer as MassTransit's own documentation sets one up, on a quorum queue.</summary>
internal sealed class BareMassTransit(BrokerAddress broker) : IContestant
{
    public string Name => "masstransit";

    public string Queue => "watch-masstransit";

    public async Task<IRunning> StartAsync(Watch watch)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(watch);
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddConsumer<WatchConsumer>();
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker.Uri.Host, (ushort)broker.Port, broker.VirtualHost, host =>
                {
                    host.Username(broker.Username);
                    host.Password(broker.Password);
                });
                rabbit.ReceiveEndpoint(Queue, endpoint =>
                {
                    endpoint.SetQuorumQueue();
                    endpoint.PrefetchCount = IContestant.Prefetch;
                    endpoint.ConcurrentMessageLimit = IContestant.Concurrency;
                    endpoint.ConfigureConsumer<WatchConsumer>(context);
                });
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return await HostedBus.ReadyAsync(host);
    }

    /// <summary>Does nothing with a message.</summary>
    internal sealed class WatchConsumer(Watch watch) : IConsumer<PromptAugmented>
    {
        public Task Consume(ConsumeContext<PromptAugmented> context)
        {
            watch.See();
            return Task.CompletedTask;
        }
    }
}
