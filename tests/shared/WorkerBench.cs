using System.Threading.Channels;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Testing;

/// <summary>A worker on an in-memory bus, with a temporary store and scripted models.</summary>
internal sealed class WorkerBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryStores _stores = TemporaryStores.Open();
    private readonly Channel<object> _events = Channel.CreateUnbounded<object>();
    private readonly ServiceProvider _services;
    private readonly ITestHarness _harness;

    private WorkerBench(
        IChatClient generator,
        IChatClient judge,
        Action<IServiceCollection> worker,
        Action<IBusRegistrationConfigurator> consumers)
    {
        var services = new ServiceCollection();
        services.AddSgasaDefaults();
        services.AddSingleton(Artifacts);
        services.AddSingleton(Rounds);
        services.AddKeyedSingleton(ModelRole.Generator, generator);
        services.AddKeyedSingleton(ModelRole.Judge, judge);
        worker(services);
        services.AddSgasaBus(
            options => options.FirstRetryPause = TimeSpan.FromMilliseconds(1),
            bus =>
            {
                consumers(bus);
                bus.AddHandler<GuidelineSynthesized>(Collect);
                bus.AddHandler<PromptAugmented>(Collect);
                bus.AddHandler<PairBuilt>(Collect);
                bus.AddHandler<CheckpointEvaluated>(Collect);
                bus.AddHandler<WorkFailed>(Collect);
            });
        services.AddMassTransitTestHarness(TextWriter.Null, _ => { });
        _services = services.BuildServiceProvider(validateScopes: true);
        _harness = _services.GetRequiredService<ITestHarness>();
    }

    public IArtifactStore Artifacts => _stores.Artifacts;

    public IRoundStore Rounds => _stores.Rounds;

    public static async Task<WorkerBench> StartAsync(
        IChatClient model,
        Action<IServiceCollection> worker,
        Action<IBusRegistrationConfigurator> consumers,
        IChatClient? judge = null)
    {
        var bench = new WorkerBench(model, judge ?? model, worker, consumers);
        await bench._harness.Start();
        return bench;
    }

    /// <summary>Sends a command to its queue and takes the event that answers it.</summary>
    public async Task<object> AskAsync(object command)
    {
        var queue = new Uri("queue:" + WorkQueues.Of(command.GetType()));
        var endpoint = await _harness.Bus.GetSendEndpoint(queue);
        await endpoint.Send(command, command.GetType());
        return await _events.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _harness.Stop();
        await _services.DisposeAsync();
        _stores.Dispose();
    }

    private async Task Collect<T>(ConsumeContext<T> context) where T : class =>
        await _events.Writer.WriteAsync(context.Message);
}
