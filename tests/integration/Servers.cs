using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver;
using RabbitMQ.Client;
using Testcontainers.MongoDb;
using Testcontainers.RabbitMq;

[assembly: AssemblyFixture(typeof(Sgasa.Integration.Tests.Servers))]

namespace Sgasa.Integration.Tests;

/// <summary>
/// RabbitMQ and MongoDB in containers, started when the first test asks, at ports that stay theirs over restarts. Each
/// deployment takes a virtual host and a database of its own.
/// </summary>
public sealed class Servers : IAsyncDisposable
{
    private const string User = "tester";
    private const string Secret = "for-this-test-run";
    private const int ManagementPort = 15_672;

    private readonly int _brokerPort = Ports.Next();
    private readonly int _managementPort = Ports.Next();
    private readonly HttpClient _management = new();
    private readonly int _databasePort = Ports.Next();
    private readonly Lazy<Task> _running;
    private RabbitMqContainer? _broker;
    private MongoDbContainer? _database;

    public Servers()
    {
        _running = new Lazy<Task>(RunAsync);
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Secret}")));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Where they are, once started.</summary>
    internal ServerAddresses Addresses => new(_brokerPort, _databasePort, (port, socketTimeout) =>
        new MongoUrlBuilder(_database!.GetConnectionString())
        {
            Server = new MongoServerAddress("127.0.0.1", port),
            SocketTimeout = socketTimeout,
        }.ToString());

    /// <summary>Starts the servers if they do not run yet; skips the test where there is no Docker.</summary>
    public async Task StartAsync()
    {
        try
        {
            await _running.Value;
        }
        catch (DockerUnavailableException fault) when (Environment.GetEnvironmentVariable("SGASA_REQUIRE_DOCKER") != "1")
        {
            Assert.Skip($"This test needs Docker: {fault.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Settings that lead a service to a new virtual host and a new database, both of that name.</summary>
    public async Task<Dictionary<string, string>> SettingsAsync(string name)
    {
        await ManageAsync($"vhosts/{name}", new { });
        await ManageAsync($"permissions/{name}/{User}", new { configure = ".*", write = ".*", read = ".*" });
        return new Dictionary<string, string>
        {
            ["Bus__Transport"] = "RabbitMq",
            ["Bus__VirtualHost"] = name,
            ["Bus__Username"] = User,
            ["Bus__Password"] = Secret,
            ["Store__Kind"] = "MongoDb",
            ["Store__ConnectionString"] = Addresses.DatabaseAt(_databasePort, TimeSpan.Zero),
            ["Store__Database"] = name,
            // What waits in the broker for another try waits no longer than it must.
            ["Bus__FirstRetryDelay"] = "00:00:02",
        };
    }

    /// <summary>
    /// How many messages each queue of a virtual host holds, in order of the queues' names. Costs the broker's machine a second:
    /// nothing to ask again and again.
    /// </summary>
    public async Task<IReadOnlyList<QueueContent>> QueuesAsync(string virtualHost)
    {
        var json = await ControlAsync(
            "list_queues", "-p", virtualHost, "--formatter", "json", "--silent",
            "name", "messages_ready", "messages_unacknowledged", "consumers");
        return
        [
            .. JsonDocument.Parse(json).RootElement.EnumerateArray()
                .Select(q => new QueueContent(
                    q.GetProperty("name").GetString()!,
                    Number(q, "messages_ready"),
                    Number(q, "messages_unacknowledged"),
                    Number(q, "consumers")))
                .OrderBy(q => q.Name, StringComparer.Ordinal),
        ];

        // A queue whose leader is just coming back has no numbers.
        static int Number(JsonElement queue, string name) =>
            queue.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : 0;
    }

    /// <summary>A connection to a virtual host, of a test's own.</summary>
    public Task<IConnection> ConnectAsync(string virtualHost) => new ConnectionFactory
    {
        HostName = _broker!.Hostname,
        Port = _brokerPort,
        VirtualHost = virtualHost,
        UserName = User,
        Password = Secret,
    }.CreateConnectionAsync(Token);

    /// <summary>Stops RabbitMQ and starts it again.</summary>
    public Task RestartBrokerAsync() => RestartAsync(_broker!);

    /// <summary>Stops MongoDB and starts it again.</summary>
    public Task RestartDatabaseAsync() => RestartAsync(_database!);

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        _management.Dispose();
    }

    // Not by Testcontainers: it would set the server up once more.
    private static async Task RestartAsync(DockerContainer container)
    {
        using var docker = TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder(Guid.Empty).Build();
        await docker.Containers.RestartContainerAsync(
            container.Id, new ContainerRestartParameters { WaitBeforeKillSeconds = 20 }, Token);
    }

    private async Task ManageAsync(string path, object value)
    {
        using var answer = await _management.PutAsJsonAsync(new Uri($"http://127.0.0.1:{_managementPort}/api/{path}"), value, Token);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<string> ControlAsync(params string[] command)
    {
        var result = await _broker!.ExecAsync(["rabbitmqctl", .. command], Token);
        result.ExitCode.ShouldBe(0, $"rabbitmqctl {command[0]}: {result.Stderr}{result.Stdout}");
        return result.Stdout;
    }

    private async Task RunAsync()
    {
        _broker = new RabbitMqBuilder("rabbitmq:4.1-management")
            .WithLogger(NullLogger.Instance)
            .WithUsername(User)
            .WithPassword(Secret)
            .WithPortBinding(_brokerPort, RabbitMqBuilder.RabbitMqPort)
            .WithPortBinding(_managementPort, ManagementPort)
            .Build();
        _database = new MongoDbBuilder("mongo:8.0")
            .WithLogger(NullLogger.Instance)
            .WithReplicaSet("rs0")
            .WithPortBinding(_databasePort, MongoDbBuilder.MongoDbPort)
            .Build();
        await Task.WhenAll(_broker.StartAsync(), _database.StartAsync());
    }
}

/// <summary>What a queue holds.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Ready">Messages that wait.</param>
/// <param name="Unacknowledged">Messages that a consumer works on.</param>
/// <param name="Consumers">Consumers.</param>
public sealed record QueueContent(string Name, int Ready, int Unacknowledged, int Consumers)
{
    /// <summary>Whether it holds what was given up in another queue.</summary>
    public bool IsForErrors => Name.EndsWith("_error", StringComparison.Ordinal);
}
