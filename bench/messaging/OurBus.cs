using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;

namespace Sgasa.Bench.Messaging;

/// <summary>Our consumer, with the endpoint settings and filters that every service has.</summary>
internal sealed class OurBus(BrokerAddress broker) : IContestant
{
    public const string ContestantName = "ours";

    public string Name => ContestantName;

    public string Queue => "watch-ours";

    public async Task<IRunning> StartAsync(Watch watch)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(watch);
        builder.Services.AddSgasaBus(
            options =>
            {
                options.Transport = BusTransport.RabbitMq;
                options.Host = broker.Uri.Host;
                options.Port = broker.Port;
                options.VirtualHost = broker.VirtualHost;
                options.Username = broker.Username;
                options.Password = broker.Password;
                options.EventPrefetch = IContestant.Prefetch;
                options.EventConcurrency = IContestant.Concurrency;
            },
            bus => bus.AddConsumer<WatchOursConsumer>());
        var host = builder.Build();
        await host.StartAsync();
        return await HostedBus.ReadyAsync(host);
    }

    /// <summary>Does nothing with a message.</summary>
    internal sealed class WatchOursConsumer(Watch watch) : IConsumer<PromptAugmented>
    {
        public Task Consume(ConsumeContext<PromptAugmented> context)
        {
            watch.See();
            return Task.CompletedTask;
        }
    }
}
