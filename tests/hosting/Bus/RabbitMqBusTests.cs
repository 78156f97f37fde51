using System.Text.Json;
using MassTransit;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Hosting.Tests.Bus;

[Trait("Category", "Integration")]
public sealed class RabbitMqBusTests(Broker broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_BeforeTheFirstWorkerEverStarted_WaitsForIt()
    {
        var virtualHost = await broker.VirtualHostAsync();
        await using (var coordinator = await BrokerHost.StartAsync(virtualHost, new Script(), _ => { }))
            await coordinator.SendAsync(Some.Command());
        var script = new Script();

        await using var worker = await BrokerHost.StartAsync(virtualHost, script, Worker);

        await BrokerHost.UntilAsync(() => script.Attempts == 1);
        script.Seen.ShouldHaveSingleItem().ShouldBe(Some.Command());
    }

    [Fact]
    public async Task SendAsync_Command_LiesInItsQueueAsTheContractsSay()
    {
        var virtualHost = await broker.VirtualHostAsync();
        await using var coordinator = await BrokerHost.StartAsync(virtualHost, new Script(), _ => { });
        await coordinator.SendAsync(Some.Command());

        await using var connection = await Broker.ConnectAsync(virtualHost);
        var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var message = (await channel.BasicGetAsync("augment-prompts", autoAck: true, Token)).ShouldNotBeNull();

        using var envelope = JsonDocument.Parse(message.Body);
        envelope.RootElement.GetProperty("message").GetRawText()
            .ShouldBe("""{"roundId":"r1","label":"Harmful","batch":3,"count":2}""");
        envelope.RootElement.GetProperty("messageType").GetRawText()
            .ShouldBe("""["urn:message:Sgasa.Contracts.Messages:AugmentPrompts"]""");
        message.BasicProperties.Persistent.ShouldBeTrue();
        message.BasicProperties.ContentType.ShouldBe("application/vnd.masstransit+json");
    }

    [Fact]
    public async Task DispatchAsync_Event_ReachesItsSubscriberWhole()
    {
        var script = new Script();
        await using var host = await BrokerHost.StartAsync(
            await broker.VirtualHostAsync(), script, bus => bus.AddConsumer<FollowRoundConsumer>());
        await BrokerHost.UntilAsync(() => host.StateAsync("follow-round"), queue => queue.Consumers == 1);

        await host.SendAsync(Some.Augmented());

        await BrokerHost.UntilAsync(() => script.Attempts == 1);
        script.Seen.ShouldHaveSingleItem().ShouldBeEquivalentTo(Some.Augmented());
    }

    [Fact]
    public async Task Consume_OutageLongerThanTheRetriesInHand_IsBridgedByTheBroker()
    {
        var script = new Script
        {
            Act = (attempt, _) => attempt < 6 ? throw new ModelUnavailableException("away") : Task.CompletedTask,
        };
        await using var host = await BrokerHost.StartAsync(
            await broker.VirtualHostAsync(), script, Worker, options => Delays(options, retries: 3, inHand: 1));

        await host.SendAsync(Some.Command());

        // Two tries in hand each time: 1, 2, wait, 3, 4, wait, 5, 6.
        await BrokerHost.UntilAsync(() => script.Attempts == 6);
        await BrokerHost.UntilAsync(() => host.StateAsync("augment-prompts"), queue => queue.Waiting == 0);
        (await host.StateAsync("augment-prompts")).Faulted.ShouldBe(0);
        host.Failures.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Consume_OutageLongerThanAllRetries_FailsTheWorkOnce()
    {
        var script = new Script { Act = (_, _) => throw new ModelUnavailableException("The trainer is away.") };
        await using var host = await BrokerHost.StartAsync(
            await broker.VirtualHostAsync(), script, Worker, options => Delays(options, retries: 2, inHand: 0));

        await host.SendAsync(Some.Command());

        (await host.FaultsAsync()).ShouldHaveSingleItem().Reason.ShouldBe("The trainer is away.");
        await BrokerHost.UntilAsync(() => !host.Failures.All.IsEmpty);
        host.Failures.All.ShouldBe(
            [new WorkFailed { RoundId = "r1", Work = "AugmentPrompts Harmful 3", Reason = "The trainer is away." }]);
        script.Attempts.ShouldBe(3);
    }

    [Fact]
    public async Task Consume_WorkerGoneWhileTheMessageWaits_ReachesTheNextWorker()
    {
        var virtualHost = await broker.VirtualHostAsync();
        var first = new Script { Act = (_, _) => throw new ModelUnavailableException("away") };
        await using (var dying = await BrokerHost.StartAsync(
            virtualHost, first, Worker, options => Delays(options, retries: 1, inHand: 0, milliseconds: 1_500)))
        {
            await dying.SendAsync(Some.Command());
            await BrokerHost.UntilAsync(() => first.Attempts == 1);
            await BrokerHost.UntilAsync(() => dying.StateAsync("augment-prompts"), queue => queue.Waiting == 0);
        }

        var second = new Script();
        await using var next = await BrokerHost.StartAsync(virtualHost, second, Worker);

        await BrokerHost.UntilAsync(() => second.Attempts == 1);
        next.Failures.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Consume_HostStoppedWhileWorking_HandsTheMessageBack()
    {
        var virtualHost = await broker.VirtualHostAsync();
        var first = new Script { Act = (_, ct) => Task.Delay(Timeout.Infinite, ct) };
        await using (var stopping = await BrokerHost.StartAsync(virtualHost, first, Worker))
        {
            await stopping.SendAsync(Some.Command());
            await BrokerHost.UntilAsync(() => first.Attempts == 1);
        }

        // The library may leave its connection to the end of the process, which does not come here.
        await broker.DisconnectAsync(virtualHost);
        var second = new Script();
        await using var next = await BrokerHost.StartAsync(virtualHost, second, Worker);

        await BrokerHost.UntilAsync(
            async () => (second.Attempts, await next.StateAsync("augment-prompts")), seen => seen.Attempts == 1);
        (await next.StateAsync("augment-prompts")).Faulted.ShouldBe(0);
        next.Failures.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Consume_WorkerThatDiesOverItsMessage_FailsTheWorkAtTheLimit()
    {
        var virtualHost = await broker.VirtualHostAsync();
        await using var coordinator = await BrokerHost.StartAsync(
            virtualHost, new Script(), bus => bus.AddConsumer<RecordFailuresConsumer>());
        await coordinator.SendAsync(Some.Command());
        for (var death = 0; death < 3; death++)
        {
            await using var connection = await Broker.ConnectAsync(virtualHost);
            var channel = await connection.CreateChannelAsync(cancellationToken: Token);
            await BrokerHost.UntilAsync(
                () => channel.BasicGetAsync("augment-prompts", autoAck: false, Token), message => message is not null);
            await connection.CloseAsync(200, "died", TimeSpan.FromSeconds(5), abort: true, Token);
        }

        var script = new Script();
        await using var worker = await BrokerHost.StartAsync(
            virtualHost,
            script,
            bus => bus.AddConsumer<AugmentPromptsConsumer>(),
            options => options.DeliveryLimit = 3);

        (await worker.FaultsAsync()).ShouldHaveSingleItem().Reason.ShouldStartWith("It was delivered 3 times and never answered");
        await BrokerHost.UntilAsync(() => !coordinator.Failures.All.IsEmpty);
        coordinator.Failures.All.ShouldHaveSingleItem().Work.ShouldBe("AugmentPrompts Harmful 3");
        script.Attempts.ShouldBe(0);
    }

    [Fact]
    public async Task SendAsync_MessageOverTheLimit_IsRefusedByName()
    {
        await using var host = await BrokerHost.StartAsync(
            await broker.VirtualHostAsync(), new Script(), _ => { }, options => options.MaxMessageBytes = 2_048);
        var command = new TrainCheckpoint
        {
            RoundId = "r1",
            Stage = Contracts.Stage.Sft,
            PairIds = [.. Enumerable.Range(0, 200).Select(i => $"pair-{i:D8}")],
        };

        var error = await Should.ThrowAsync<MessageRefusedException>(() => host.SendAsync(command));

        error.Message.ShouldMatch(
            "^TrainCheckpoint has [0-9]+ bytes, and Bus:MaxMessageBytes is 2048: ask for less at once in the recipe");
    }

    private static void Worker(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<AugmentPromptsConsumer>();
        bus.AddConsumer<RecordFailuresConsumer>();
    }

    private static void Delays(BusOptions options, int retries, int inHand, int milliseconds = 100)
    {
        options.Retries = inHand;
        options.DelayedRetries = retries;
        options.FirstRetryDelay = TimeSpan.FromMilliseconds(milliseconds);
        options.LongestRetryDelay = TimeSpan.FromMilliseconds(2 * milliseconds);
    }
}
