using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sgasa.Integration.Tests.Wire;

namespace Sgasa.Integration.Tests;

/// <summary>
/// The five services as processes, over a virtual host and a database of their own. Whatever is waited for in vain is told
/// with the queues and the last words of every service.
/// </summary>
internal sealed class Deployment : IAsyncDisposable
{
    private const string ApiKey = "key-for-this-test-run";
    private const string LastWords = "\n    ";
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    private readonly Servers _servers;
    private readonly string _name;
    private readonly Dictionary<string, string> _settings;
    private readonly string _folder = Directory.CreateTempSubdirectory("sgasa-integration-").FullName;
    private readonly Dictionary<string, Replica> _replicas = new(StringComparer.Ordinal);
    private readonly HttpClient _http = new() { Timeout = Patience.Answer };
    private readonly int _trainerPort = Ports.Next();
    private readonly TimeSpan _socketTimeout;

    private readonly long _begun = TimeProvider.System.GetTimestamp();

    private Deployment(Servers servers, string name, Dictionary<string, string> settings, TimeSpan socketTimeout)
    {
        (_servers, _name, _settings, _socketTimeout) = (servers, name, settings, socketTimeout);
        Stores = new DeploymentStores(settings);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }

    /// <summary>The names of the services.</summary>
    public static IReadOnlyList<string> Services { get; } = ["coordinator", "synthesizer", "augmenter", "trainer", "evaluator"];

    /// <summary>The database.</summary>
    public DeploymentStores Stores { get; }

    /// <summary>What stands between the replicas and the servers that they call.</summary>
    public Switchboard Switchboard { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts one replica of every service, and waits until all are ready.</summary>
    /// <param name="servers">RabbitMQ and MongoDB.</param>
    /// <param name="name">Names what the deployment has of its own there.</param>
    /// <param name="socketTimeout">After how long its services give a silent database up; theirs if none is given.</param>
    /// <param name="changes">Settings that are other ones than usual.</param>
    public static async Task<Deployment> StartAsync(
        Servers servers, string name, TimeSpan socketTimeout = default, params (string Key, string Value)[] changes)
    {
        await servers.StartAsync();
        var settings = await servers.SettingsAsync(name);
        foreach (var (key, value) in changes) settings[key] = value;
        var deployment = new Deployment(servers, name, settings, socketTimeout);
        try
        {
            foreach (var service in Services) await deployment.AddAsync(service);
            foreach (var service in Services) await deployment.IsReadyAsync(service);
            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>A replica by its name.</summary>
    public Replica this[string replica] => _replicas[replica];

    /// <summary>All replicas.</summary>
    public IReadOnlyCollection<Replica> Replicas => _replicas.Values;

    /// <summary>Starts a replica: a service's name, for a further one with a hyphen and a number.</summary>
    public async Task AddAsync(string replica)
    {
        var trainer = $"http://127.0.0.1:{_trainerPort}";
        var settings = new Dictionary<string, string>(_settings)
        {
            ["Security__SharedSecret"] = "secret-for-this-test-run",
            ["Api__ApiKeys__0"] = ApiKey,
            ["Trainer__Listen"] = replica == "trainer" ? trainer : $"http://127.0.0.1:{Ports.Next()}",
            ["Trainer__ModelFolder"] = Path.Combine(AppContext.BaseDirectory, "models", "tiny"),
            ["Trainer__DataFolder"] = NewFolder(replica),
            ["Trainer__Owner"] = replica,
            ["Trainer__Lease"] = "00:00:05",
            ["Trainer__ProgressInterval"] = "00:00:00",
            ["Trainer__Slots"] = "8",
            // A replica lives too short for what compiling a second time costs, a quarter of all its work.
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_TC_CallCountThreshold"] = "400",
        };
        _replicas[replica] = await Replica.MakeAsync(replica, Switchboard, _servers.Addresses, trainer, settings, _socketTimeout, _folder);
        _replicas[replica].Process.Start();
    }

    /// <summary>A folder for a replica's files.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>Waits until a replica says that it is ready.</summary>
    public Task IsReadyAsync(string replica) => UntilAsync(
        $"{replica} is ready",
        Patience.Service,
        async () =>
        {
            using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{_replicas[replica].HttpPort}/health/ready"), Token);
            return answer.IsSuccessStatusCode;
        });

    /// <summary>Begins the small round through a coordinator's API; whoever gets no answer asks again.</summary>
    /// <returns>The round's id.</returns>
    public async Task<string> BeginAsync(string coordinator)
    {
        var id = "";
        await UntilAsync("a round has begun", Patience.Service, async () =>
        {
            using var answer = await _http.PostAsJsonAsync(Api(coordinator, "rounds"), SmallRound.Request, Token);
            var body = await answer.Content.ReadAsStringAsync(Token);
            if (!answer.IsSuccessStatusCode) throw new HttpRequestException(body);
            id = JsonNode.Parse(body)!["id"]!.GetValue<string>();
            return true;
        });
        return id;
    }

    /// <summary>
    /// Ends replicas at the places given, and starts them again; several deaths of one replica in their order, each in the life
    /// after the last. Call it before the work begins, so that none can be missed.
    /// </summary>
    /// <returns>Ends when all have died and are back.</returns>
    public Task DieAsync(IEnumerable<Death> deaths)
    {
        return Task.WhenAll(deaths.GroupBy(d => d.Replica).Select(ofOne => DieInOrderAsync(ofOne.Key, [.. ofOne])).ToList());

        async Task DieInOrderAsync(string replica, Death[] inOrder)
        {
            var hold = Switchboard.Hold(replica, inOrder[0].Place);
            foreach (var (number, death) in inOrder.Index())
            {
                await IsHeldAsync(hold);
                await KillAsync(replica);
                hold.Cut();
                // Put up while nobody is there who could pass.
                if (number + 1 < inOrder.Length) hold = Switchboard.Hold(replica, inOrder[number + 1].Place);
                _replicas[replica].Process.Start(
                    death.IsForGood ? [("Trainer__Owner", "another"), ("Trainer__DataFolder", NewFolder("another"))] : []);
            }
        }
    }

    /// <summary>
    /// Ends a replica as <c>kill -9</c> does, with the transactions that it has open in the database, which would else keep others
    /// from what it touched for a minute.
    /// </summary>
    public async Task KillAsync(string replica)
    {
        var killed = _replicas[replica];
        var questions = Switchboard.HoldQuestions(replica);
        await UntilAsync($"the database has answered {replica}", Patience.Service, () => Task.FromResult(!killed.Transactions.IsAtWork));
        await killed.Process.KillAsync();
        questions.Cut();
        await Stores.EndSessionsAsync(killed.Transactions.TakeSessions(), Token);
    }

    /// <summary>Waits until something is held.</summary>
    /// <param name="hold">What.</param>
    public async Task<Passage> IsHeldAsync(Hold hold)
    {
        await UntilAsync($"{hold.Name} is reached", Patience.Round, () => Task.FromResult(hold.Reached.IsCompleted));
        return await hold.Reached;
    }

    /// <summary>Asks a coordinator's API.</summary>
    public Task<JsonElement> GetAsync(string coordinator, string path) =>
        _http.GetFromJsonAsync<JsonElement>(Api(coordinator, path), Token);

    /// <summary>The deployment's queues.</summary>
    public Task<IReadOnlyList<QueueContent>> QueuesAsync() => _servers.QueuesAsync(_name);

    /// <summary>Waits until something is so.</summary>
    /// <param name="what">What is waited for, for the message of a failure.</param>
    /// <param name="limit">For how long.</param>
    /// <param name="look">Looks; a server that can't be reached counts as no.</param>
    public async Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> look)
    {
        var start = TimeProvider.System.GetTimestamp();
        Exception? last = null;
        while (true)
        {
            if (_replicas.Values.FirstOrDefault(r => r.Process.EndedByItself) is { } ended)
                throw await FailureAsync($"{ended.Name} ended by itself while waiting until {what}.", last);
            var (waited, age) = (TimeProvider.System.GetElapsedTime(start), TimeProvider.System.GetElapsedTime(_begun));
            if (Token.IsCancellationRequested || waited > limit || age > Patience.Test)
                throw await FailureAsync($"Waited in vain until {what}: {waited}, {age} in all.", last);
            try
            {
                if (await look().WaitAsync(Patience.Answer, Token)) return;
            }
            catch (Exception fault) when (fault is not ShouldAssertException && !Token.IsCancellationRequested)
            {
                last = fault;
            }

            await Task.Delay(LookAgain, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>A failure with the queues and what every service said last.</summary>
    public async Task<Exception> FailureAsync(string what, Exception? fault = null)
    {
        var text = new StringBuilder(what).AppendLine();
        if (fault is not null) text.AppendLine($"The last look failed: {fault.GetType().Name}: {fault.Message}");
        text.AppendLine($"Logs are in {_folder}.");
        try
        {
            foreach (var queue in await QueuesAsync().WaitAsync(Patience.Answer))
                text.AppendLine($"  {queue}");
        }
        catch (Exception away) when (away is not OutOfMemoryException)
        {
            text.AppendLine($"  The queues can't be seen: {away.Message}");
        }

        foreach (var replica in _replicas.Values)
        {
            text.AppendLine($"  {replica.Name} said:{LastWords}{string.Join(LastWords, replica.Process.LastWords(12))}");
            text.AppendLine($"  passed last:{LastWords}{string.Join(LastWords, Switchboard.LastPassages(replica.Name))}");
            text.AppendLine($"  in hand:{LastWords}{string.Join(LastWords, Switchboard.InHand(replica.Name))}");
        }

        return new ShouldAssertException(text.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas.Values) await replica.DisposeAsync();
        await Stores.DisposeAsync();
        _http.Dispose();
        // What a failed test left is for a person to look at.
        if (TestContext.Current.TestState?.Result is null or TestResult.Passed) Directory.Delete(_folder, recursive: true);
    }

    private Uri Api(string coordinator, string path) => new($"http://127.0.0.1:{_replicas[coordinator].HttpPort}/v1/{path}");
}
