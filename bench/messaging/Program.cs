using System.Text.Json;
using Sgasa.Bench.Messaging;

// How fast our consumers take messages from RabbitMQ, and how soon one is there, as ratios to a bare MassTransit consumer and
// to a bare RabbitMQ.Client consumer. See README.md.
if (Environment.GetEnvironmentVariable("SGASA_BENCH_BROKER") is not { Length: > 0 } address)
{
    Console.Error.WriteLine("Set SGASA_BENCH_BROKER to a broker's address: amqp://user:password@host:5672/virtual-host");
    return 2;
}

var repetitions = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 9;
var broker = new BrokerAddress(new Uri(address));
IContestant[] contestants = [new OurBus(broker), new BareMassTransit(broker), new BareClient(broker)];
var results = contestants.ToDictionary(c => c.Name, _ => new List<Measurement>());
await using var course = await Course.OpenAsync(broker);

// The first repetition warms up and does not count. The order turns, so that a busy moment meets everybody.
for (var repetition = 0; repetition <= repetitions; repetition++)
{
    for (var place = 0; place < contestants.Length; place++)
    {
        var contestant = contestants[(repetition + place) % contestants.Length];
        var measurement = await course.MeasureAsync(contestant);
        if (repetition > 0) results[contestant.Name].Add(measurement);
    }
}

foreach (var (name, measurements) in results)
{
    Print(new
    {
        consumer = name,
        messagesPerSecond = Math.Round(Median(measurements, m => m.MessagesPerSecond)),
        latencyMilliseconds = Math.Round(Median(measurements, m => m.LatencyMilliseconds), 3),
    });
}

var ours = results[OurBus.ContestantName];
foreach (var bare in contestants.Skip(1).Select(c => c.Name))
{
    var pairs = ours.Zip(results[bare]).ToList();
    Print(new
    {
        ours_to = bare,
        messagesPerSecond = Math.Round(Median(pairs, p => p.First.MessagesPerSecond / p.Second.MessagesPerSecond), 3),
        latency = Math.Round(Median(pairs, p => p.First.LatencyMilliseconds / p.Second.LatencyMilliseconds), 3),
    });
}

return 0;

static void Print(object line) => Console.WriteLine(JsonSerializer.Serialize(line));

static double Median<T>(IEnumerable<T> items, Func<T, double> value)
{
    var sorted = items.Select(value).Order().ToList();
    return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
}
