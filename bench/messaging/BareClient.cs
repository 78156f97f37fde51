using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Bench.Messaging;

/// <summary>The least that consuming takes: read the message from its envelope, acknowledge it.</summary>
internal sealed class BareClient(BrokerAddress broker) : IContestant
{
    public string Name => "client";

    public string Queue => "watch-client";

    public async Task<IRunning> StartAsync(Watch watch)
    {
        var connection = await broker.ConnectAsync();
        var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(true, true, consumerDispatchConcurrency: IContestant.Concurrency));
        await channel.QueueDeclareAsync(
            Queue, true, false, false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.BasicQosAsync(0, IContestant.Prefetch, false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            using (var envelope = JsonDocument.Parse(delivery.Body))
            {
                var message = envelope.RootElement.GetProperty("message").Deserialize(ContractsJson.Default.PromptAugmented)
                    ?? throw new JsonException("The message is empty.");
                if (message.RoundId.Length > 0) watch.See();
            }

            await channel.BasicAckAsync(delivery.DeliveryTag, false);
        };
        await channel.BasicConsumeAsync(Queue, false, consumer);
        return new Running(connection, await connection.CreateChannelAsync(new CreateChannelOptions(true, true)), Queue);
    }

    private sealed class Running(IConnection connection, IChannel channel, string queue) : IRunning
    {
        public async Task PublishAsync(PromptAugmented message)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(
                new Envelope(["urn:message:Sgasa.Contracts.Messages:PromptAugmented"], message), JsonSerializerOptions.Web);
            await channel.BasicPublishAsync("", queue, true, new BasicProperties { Persistent = true }, body);
        }

        public async ValueTask DisposeAsync()
        {
            await channel.DisposeAsync();
            await connection.DisposeAsync();
        }

        private sealed record Envelope(string[] MessageType, PromptAugmented Message);
    }
}
