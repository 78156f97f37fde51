using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

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
    private readonly Dictionary<string, ServiceProcess> _processes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);
    private readonly HttpClient _http = new() { Timeout = Patience.Answer };
    private readonly int _trainerPort = ServiceProcess.FreePort();

    private readonly long _begun = TimeProvider.System.GetTimestamp();

    private Deployment(Servers servers, string name, Dictionary<string, string> settings)
    {
        (_servers, _name, _settings) = (servers, name, settings);
        Stores = new DeploymentStores(settings);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }

    /// <summary>The names of the services.</summary>
    public static IReadOnlyList<string> Services { get; } = ["coordinator", "synthesizer", "augmenter", "trainer", "evaluator"];

    /// <summary>The database.</summary>
    public DeploymentStores Stores { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts one replica of every service, and waits until all are ready.</summary>
    /// <param name="servers">RabbitMQ and MongoDB.</param>
    /// <param name="name">Names what the deployment has of its own there.</param>
    public static async Task<Deployment> StartAsync(Servers servers, string name)
    {
        await servers.StartAsync();
        var deployment = new Deployment(servers, name, await servers.SettingsAsync(name));
        try
        {
            foreach (var service in Services) deployment.Add(service);
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
    public ServiceProcess this[string replica] => _processes[replica];

    /// <summary>Starts a replica: a service's name, for a further one with a hyphen and a number.</summary>
    public void Add(string replica)
    {
        _ports[replica] = ServiceProcess.FreePort();
        var settings = new Dictionary<string, string>(_settings)
        {
            ["Http__Port"] = $"{_ports[replica]}",
            ["Models__Generator__Address"] = $"http://127.0.0.1:{_trainerPort}",
            ["Security__SharedSecret"] = "secret-for-this-test-run",
            ["Api__ApiKeys__0"] = ApiKey,
            ["Trainer__Listen"] = $"http://127.0.0.1:{(replica == "trainer" ? _trainerPort : ServiceProcess.FreePort())}",
            ["Trainer__ModelFolder"] = Path.Combine(AppContext.BaseDirectory, "models", "tiny"),
            ["Trainer__DataFolder"] = NewFolder(replica),
            ["Trainer__Owner"] = replica,
            ["Trainer__Lease"] = "00:00:05",
            ["Trainer__ProgressInterval"] = "00:00:00",
            ["Trainer__Slots"] = "8",
            // A replica lives too short for what this costs.
            ["DOTNET_TieredPGO"] = "0",
        };
        _processes[replica] = new ServiceProcess(replica, settings, _folder);
        _processes[replica].Start();
    }

    /// <summary>A folder for a replica's files.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>Waits until a replica says that it is ready.</summary>
    public Task IsReadyAsync(string replica) => UntilAsync(
        $"{replica} is ready",
        Patience.Service,
        async () =>
        {
            using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{_ports[replica]}/health/ready"), Token);
            return answer.IsSuccessStatusCode;
        });

    /// <summary>Begins the small round through a coordinator's API.</summary>
    /// <returns>The round's id.</returns>
    public async Task<string> BeginAsync(string coordinator)
    {
        using var answer = await _http.PostAsJsonAsync(Api(coordinator, "rounds"), SmallRound.Request, Token);
        var body = await answer.Content.ReadAsStringAsync(Token);
        answer.IsSuccessStatusCode.ShouldBeTrue(body);
        return JsonNode.Parse(body)!["id"]!.GetValue<string>();
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
            if (_processes.Values.FirstOrDefault(p => p.EndedByItself) is { } ended)
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

        foreach (var process in _processes.Values)
            text.AppendLine($"  {process.Name}:{LastWords}{string.Join(LastWords, process.LastWords(12))}");
        return new ShouldAssertException(text.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values) await process.DisposeAsync();
        await Stores.DisposeAsync();
        _http.Dispose();
        // What a failed test left is for a person to look at.
        if (TestContext.Current.TestState?.Result is null or TestResult.Passed) Directory.Delete(_folder, recursive: true);
    }

    private Uri Api(string coordinator, string path) => new($"http://127.0.0.1:{_ports[coordinator]}/v1/{path}");
}
