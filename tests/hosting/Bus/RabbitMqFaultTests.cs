using System.Text;
using MassTransit;
using RabbitMQ.Client;
using Sgasa.Contracts;
using Sgasa.Hosting.Bus;

namespace Sgasa.Hosting.Tests.Bus;

[Trait("Category", "Integration")]
public sealed class RabbitMqFaultTests(Broker broker)
{
    private const string Envelope = "application/vnd.masstransit+json";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Poison
    {
        get
        {
            var nested = new string('[', 2_000) + new string(']', 2_000);
            var data = new TheoryData<string, string, string>();
            foreach (var (queue, type) in new[] { ("augment-prompts", "AugmentPrompts"), ("follow-round", "PromptAugmented") })
            {
                data.Add(queue, "no JSON at all", "SerializationException");
                data.Add(queue, "", "SerializationException");
                data.Add(queue, "{\"roundId\":\"r1\"}", "SerializationException");
                data.Add(queue, Message("RoundStarted", "{\"roundId\":\"r1\"}"), "has no consumer for a message of this type");
                data.Add(queue, Message(type, "{\"roundId\":\"r1\"}"), "missing required properties");
                data.Add(queue, Message(type, "{\"roundId\":{\"is\":\"no text\"}}"), "roundId");
                data.Add(queue, Message(type, nested), "depth");
                data.Add(queue, Message(type, $"\"{new string('x', 5_000)}\""), "Bus:MaxMessageBytes is 4096");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Poison), DisableDiscoveryEnumeration = true)]
    public async Task Consume_Poison_IsSetAsideWithAReasonAndStopsNothing(string queue, string body, string reason)
    {
        var script = new Script();
        var virtualHost = await broker.VirtualHostAsync();
        await using var host = await BrokerHost.StartAsync(
            virtualHost, script, Consumers, options => options.MaxMessageBytes = 4_096);
        await BrokerHost.UntilAsync(() => host.StateAsync(queue), state => state.Consumers == 1);

        await PostAsync(virtualHost, queue, body);
        await host.SendAsync(queue == "augment-prompts" ? Some.Command() : Some.Augmented());

        var fault = (await host.FaultsAsync()).ShouldHaveSingleItem();
        fault.Reason.ShouldContain(reason);
        fault.Queue.ShouldBe(queue);
        fault.FaultedAt.ShouldNotBeNull();
        await BrokerHost.UntilAsync(() => script.Attempts == 1);
        (await host.StateAsync(queue)).Faulted.ShouldBe(1);
        host.Failures.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task ListFaultsAsync_AgainAndAgain_KeepsThem()
    {
        await using var host = await FaultyAsync(new Script { Act = (_, _) => throw new UserErrorException("Mend it.") });

        for (var look = 0; look < 30; look++)
        {
            var fault = (await host.Queues.ListFaultsAsync(10, Token)).ShouldHaveSingleItem();
            fault.ShouldBe(new QueueFault
            {
                Id = fault.Id,
                Queue = "augment-prompts",
                MessageType = "AugmentPrompts",
                RoundId = "r1",
                Work = "AugmentPrompts Harmful 3",
                Reason = "Mend it.",
                FaultedAt = fault.FaultedAt,
            });
        }

        (await host.StateAsync("augment-prompts")).ShouldBe(
            new QueueState { Name = "augment-prompts", Waiting = 0, Consumers = 1, Faulted = 1 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RequeueAsync_FaultThatIsMended_IsWorkedOnAsNew(bool byId)
    {
        var script = new Script
        {
            Act = (attempt, _) => attempt == 1 ? throw new UserErrorException("Mend it.") : Task.CompletedTask,
        };
        await using var host = await FaultyAsync(script);
        var id = (await host.Queues.ListFaultsAsync(1, Token)).Single().Id;

        var requeued = await host.Queues.RequeueAsync(byId ? id : "augment-prompts", Token);

        requeued.ShouldBe(1);
        await BrokerHost.UntilAsync(() => script.Attempts == 2);
        script.Seen.ShouldAllBe(seen => seen.Equals(Some.Command()));
        (await host.Queues.ListFaultsAsync(1, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task DropAsync_OneOfTwo_LeavesTheOther()
    {
        await using var host = await FaultyAsync(
            new Script { Act = (_, _) => throw new UserErrorException("Mend it.") }, commands: 2);
        var faults = await host.Queues.ListFaultsAsync(10, Token);

        var dropped = await host.Queues.DropAsync(faults[0].Id, Token);

        dropped.ShouldBe(1);
        (await host.Queues.ListFaultsAsync(10, Token)).ShouldBe([faults[1]]);
        (await host.Queues.DropAsync("no such id", Token)).ShouldBe(0);
    }

    private static void Consumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<AugmentPromptsConsumer>();
        bus.AddConsumer<FollowRoundConsumer>();
        bus.AddConsumer<RecordFailuresConsumer>();
    }

    private async Task<BrokerHost> FaultyAsync(Script script, int commands = 1)
    {
        var host = await BrokerHost.StartAsync(await broker.VirtualHostAsync(), script, Consumers);
        for (var command = 0; command < commands; command++) await host.SendAsync(Some.Command(3 + command));
        await host.FaultsAsync(commands);
        return host;
    }

    private static string Message(string type, string json) =>
        $$"""{"messageType":["urn:message:Sgasa.Contracts.Messages:{{type}}"],"message":{{json}}}""";

    private static async Task PostAsync(Action<BusOptions> virtualHost, string queue, string body)
    {
        await using var connection = await Broker.ConnectAsync(virtualHost);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(true, true), Token);
        await channel.BasicPublishAsync(
            "", queue, true, new BasicProperties { ContentType = Envelope }, Encoding.UTF8.GetBytes(body), Token);
    }
}
