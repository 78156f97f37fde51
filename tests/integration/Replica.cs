using Sgasa.Integration.Tests.Wire;

namespace Sgasa.Integration.Tests;

/// <summary>A replica of a service with what stands between it and the servers.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly Forwarder _broker, _database;
    private readonly ModelForwarder _model;

    private Replica(string name, int httpPort, Forwarder broker, Forwarder database, ModelForwarder model) =>
        (Name, HttpPort, _broker, _database, _model) = (name, httpPort, broker, database, model);

    /// <summary>Its service's name, and for a further replica a hyphen and a number.</summary>
    public string Name { get; }

    /// <summary>The port of its health page, and of a coordinator's API.</summary>
    public int HttpPort { get; }

    /// <summary>Its transactions in the database.</summary>
    public required OpenTransactions Transactions { get; init; }

    /// <summary>The process.</summary>
    public required ServiceProcess Process { get; init; }

    /// <summary>Makes a replica; its process is not started yet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="switchboard">What sees all that passes.</param>
    /// <param name="addresses">Where the servers are.</param>
    /// <param name="trainer">The trainer's address.</param>
    /// <param name="settings">Its settings, but for the addresses of the servers.</param>
    /// <param name="socketTimeout">After how long a silent database is given up; zero leaves it to the service.</param>
    /// <param name="logs">The folder of the deployment's logs.</param>
    public static async Task<Replica> MakeAsync(
        string name,
        Switchboard switchboard,
        ServerAddresses addresses,
        string trainer,
        Dictionary<string, string> settings,
        TimeSpan socketTimeout,
        string logs)
    {
        var transactions = new OpenTransactions();
        var broker = new Forwarder(switchboard, addresses.BrokerPort, () => new AmqpConversation(name, switchboard));
        var database = new Forwarder(switchboard, addresses.DatabasePort, () => new MongoConversation(name, transactions));
        var model = await ModelForwarder.StartAsync(switchboard, name, trainer);
        var httpPort = Ports.Next();
        settings["Http__Port"] = $"{httpPort}";
        settings["Bus__Host"] = "127.0.0.1";
        settings["Bus__Port"] = $"{broker.Port}";
        settings["Store__ConnectionString"] = addresses.DatabaseAt(database.Port, socketTimeout);
        settings["Models__Generator__Address"] = model.Address;
        return new Replica(name, httpPort, broker, database, model)
        {
            Transactions = transactions,
            Process = new ServiceProcess(name, settings, logs),
        };
    }

    /// <summary>How many connections to a server it has ended by itself.</summary>
    public int GivenUp(Route route) => route switch
    {
        Route.Broker => _broker.GivenUp,
        Route.Database => _database.GivenUp,
        _ => throw new ArgumentOutOfRangeException(nameof(route), route, "Calls to the trainer share a connection."),
    };

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await _broker.DisposeAsync();
        await _database.DisposeAsync();
        await _model.DisposeAsync();
    }
}

/// <summary>Where the servers are.</summary>
/// <param name="BrokerPort">RabbitMQ's port on this machine.</param>
/// <param name="DatabasePort">MongoDB's port on this machine.</param>
/// <param name="DatabaseAt">The database's connection string for another port and for a socket timeout; zero for none.</param>
internal sealed record ServerAddresses(int BrokerPort, int DatabasePort, Func<int, TimeSpan, string> DatabaseAt);
