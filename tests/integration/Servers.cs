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

    /// <summary>What each queue of a virtual host holds, in order of the queues' names; asked of the queues themselves.</summary>
    public async Task<IReadOnlyList<QueueContent>> QueuesAsync(string virtualHost)
    {
        // The management plugin's own numbers are seconds old; the names are not.
        var queues = await _management.GetFromJsonAsync<JsonElement>(Management($"queues/{virtualHost}?disable_stats=true"), Token);
        await using var connection = await ConnectAsync(virtualHost);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var contents = new List<QueueContent>();
        foreach (var name in queues.EnumerateArray().Select(q => q.GetProperty("name").GetString()!).Order(StringComparer.Ordinal))
        {
            var content = await channel.QueueDeclarePassiveAsync(name, Token);
            contents.Add(new QueueContent(name, content.MessageCount, content.ConsumerCount));
        }

        return contents;
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

    private Uri Management(string path) => new($"http://127.0.0.1:{_managementPort}/api/{path}");

    private async Task ManageAsync(string path, object value)
    {
        using var answer = await _management.PutAsJsonAsync(Management(path), value, Token);
        answer.EnsureSuccessStatusCode();
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
/// <param name="Ready">Messages that wait; those that a consumer works on are not counted.</param>
/// <param name="Consumers">Consumers.</param>
public sealed record QueueContent(string Name, uint Ready, uint Consumers)
{
    /// <summary>Whether it holds what was given up in another queue.</summary>
    public bool IsForErrors => Name.EndsWith("_error", StringComparison.Ordinal);
}
