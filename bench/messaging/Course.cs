using System.Diagnostics;
using System.Text.Json;
using RabbitMQ.Client;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;

namespace Sgasa.Bench.Messaging;

/// <summary>What one repetition gave.</summary>
internal sealed record Measurement(double MessagesPerSecond, double LatencyMilliseconds);

/// <summary>What each contestant has to do: empty a full queue, then hand messages through one at a time.</summary>
internal sealed class Course(IConnection connection, IChannel channel) : IAsyncDisposable
{
    private const int Filled = 5_000;
    private const int Single = 200;
    private const int AtOnce = 500;

    /// <summary>A message of the kind and size that rounds send most.</summary>
    public static PromptAugmented Message { get; } = new()
    {
        RoundId = "20260105-083000-educator-7",
        Label = Label.Harmful,
        Batch = 3,
        Accepted =
        [
            .. Enumerable.Range(0, 8).Select(i => new AcceptedPrompt
            {
                PromptId = $"20260105-083000-educator-7/prompt/harmful/00003-{i:D5}",
                Signature = Convert.ToBase64String(new byte[64]),
            }),
        ],
        Requested = 8,
        Tokens = 2_431,
    };

    public static async Task<Course> OpenAsync(BrokerAddress broker)
    {
        var connection = await broker.ConnectAsync();
        return new Course(connection, await connection.CreateChannelAsync(new CreateChannelOptions(true, true)));
    }

    public async Task<Measurement> MeasureAsync(IContestant contestant)
    {
        // Declares the queue.
        await (await contestant.StartAsync(new Watch(0))).DisposeAsync();
        await FillAsync(contestant.Queue);

        double rate;
        var full = new Watch(Filled);
        await using (await contestant.StartAsync(full)) rate = await full.Rate;

        await channel.QueuePurgeAsync(contestant.Queue);
        var latency = await LatencyAsync(contestant);
        // Another contestant's messages of the same type would go here too.
        await channel.QueueDeleteAsync(contestant.Queue);
        return new Measurement(rate, latency);
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static async Task<double> LatencyAsync(IContestant contestant)
    {
        var latencies = new List<double>();
        var single = new Watch(1);
        await using var running = await contestant.StartAsync(single);
        for (var i = 0; i < Single; i++)
        {
            var sent = Stopwatch.GetTimestamp();
            await running.PublishAsync(Message);
            await single.Rate;
            latencies.Add(Stopwatch.GetElapsedTime(sent, single.Last).TotalMilliseconds);
            single.Restart();
        }

        latencies.Sort();
        return latencies[latencies.Count / 2];
    }

    private async Task FillAsync(string queue)
    {
        var body = Envelope();
        var properties = new BasicProperties { Persistent = true, ContentType = "application/vnd.masstransit+json" };
        for (var sent = 0; sent < Filled; sent += AtOnce)
        {
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(
                _ => channel.BasicPublishAsync("", queue, true, properties, body).AsTask()));
        }
    }

    private static byte[] Envelope() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        messageId = "00010000-ac11-0242-1a2b-08de4c2b6d3f",
        conversationId = "00010000-ac11-0242-1a2b-08de4c2b6d40",
        sourceAddress = "rabbitmq://broker/augmenter",
        destinationAddress = "rabbitmq://broker/Sgasa.Contracts.Messages:PromptAugmented",
        messageType = new[] { "urn:message:Sgasa.Contracts.Messages:PromptAugmented" },
        message = Message,
        sentTime = "2026-01-05T08:30:00Z",
        headers = new { },
    }, WireFormat.Options);
}
