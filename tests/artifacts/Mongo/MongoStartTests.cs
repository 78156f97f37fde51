using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MongoDB.Driver;
using Sgasa.Artifacts.Files;
using Sgasa.Artifacts.Mongo;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts.Tests.Mongo;

/// <summary>Hosts that start over MongoDB, or do not.</summary>
public sealed class MongoStartTests(MongoContainers containers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddStores_MongoDb_GivesEveryStoreOverOneDatabase()
    {
        using var host = Host(await containers.OptionsAsync(Topology.ReplicaSet, "start"));
        await host.StartAsync(Token);
        var (artifacts, files) = (
            host.Services.GetRequiredService<IArtifactStore>(), host.Services.GetRequiredService<IFileStore>());

        await artifacts.UpsertAsync([Some.Attack(0), Some.Attack(1)], Token);
        await host.Services.GetRequiredService<IRoundStore>().TrySaveAsync(Some.Round("r1"), Token);
        await host.Services.GetRequiredService<ITrainingJobStore>().AddAsync(Some.Job("j1"), Token);
        await files.WriteAsync("k", [new FileSource("a", () => new MemoryStream([1]))], Token);
        await host.Services.GetRequiredService<IStoreProbe>().CheckAsync(Token);

        artifacts.ShouldBeOfType<MongoArtifactStore>();
        files.ShouldBeOfType<GridFsFileStore>();
        (await artifacts.ListAsync<AttackPrompt>("r1", Token)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Start_SeveralAtOnceOnAnEmptyDatabase_AllPrepareIt()
    {
        var options = await containers.OptionsAsync(Topology.Standalone, "several");
        var hosts = Enumerable.Range(0, 4).Select(_ => Host(options)).ToArray();

        await Task.WhenAll(hosts.Select(host => host.StartAsync(Token)));

        foreach (var host in hosts) await host.Services.GetRequiredService<IStoreProbe>().CheckAsync(Token);
        foreach (var host in hosts) host.Dispose();
    }

    [Fact]
    public async Task Start_WrongPassword_SaysSoWithoutIt()
    {
        var options = await containers.OptionsAsync(Topology.Standalone, "refused");
        options.ConnectionString = new MongoUrlBuilder(options.ConnectionString) { Password = "sesame" }.ToString();
        using var host = Host(options);

        var fault = await Should.ThrowAsync<UserErrorException>(() => host.StartAsync(Token));

        fault.Message.ShouldMatch(
            "^MongoDB at [a-z0-9.]+:[0-9]+ does not let this user into the database 'refused': check "
            + "Store:ConnectionString and the user's roles\\.$");
        fault.ToString().ShouldNotContain("sesame");
    }

    [Fact]
    public async Task Start_NoServer_GivesUpInOneLine()
    {
        // Nothing listens on port 1.
        using var host = Host(new StoreOptions
        {
            ConnectionString = "mongodb://user:sesame@127.0.0.1:1/?serverSelectionTimeoutMS=100",
            StartTimeout = TimeSpan.Zero,
        });

        var fault = await Should.ThrowAsync<UserErrorException>(() => host.StartAsync(Token));

        fault.Message.ShouldBe(
            "MongoDB at 127.0.0.1:1 does not answer; start it, or correct Store:ConnectionString and Store:CaFile.");
        fault.ToString().ShouldNotContain("sesame");
    }

    [Fact]
    public async Task Everything_NoServer_FailsInAWayThatPasses()
    {
        using var connection = MongoConnection.Open(new StoreOptions
        {
            ConnectionString = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100",
        });

        var faults = new Exception[]
        {
            await Should.ThrowAsync<Exception>(new MongoProbe(connection).CheckAsync(Token)),
            await Should.ThrowAsync<Exception>(new MongoArtifactStore(connection).UpsertAsync(Some.Attack(0), Token)),
            await Should.ThrowAsync<Exception>(new MongoRoundStore(connection).FindAsync("r1", Token)),
            await Should.ThrowAsync<Exception>(
                new MongoTrainingJobStore(connection, TimeProvider.System).LeaseNextAsync("o", TimeSpan.FromHours(1), Token)),
        };

        foreach (var fault in faults) MongoFaults.IsTransient(fault).ShouldBeTrue(fault.ToString());
    }

    [Fact]
    public void Open_TimeoutsUnsaid_AreTheStoresOwn()
    {
        using var own = MongoConnection.Open(new StoreOptions { ConnectionString = "mongodb://h" });
        using var said = MongoConnection.Open(
            new StoreOptions { ConnectionString = "mongodb://h/?serverSelectionTimeoutMS=7000&socketTimeoutMS=8000" });

        var (one, other) = (own.Database.Client.Settings, said.Database.Client.Settings);
        (one.ServerSelectionTimeout, one.SocketTimeout, one.RetryWrites, one.RetryReads)
            .ShouldBe((TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), true, true));
        (other.ServerSelectionTimeout, other.SocketTimeout).ShouldBe((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8)));
        (own.Database.Settings.WriteConcern, own.Database.Settings.ReadConcern, own.Database.Settings.ReadPreference)
            .ShouldBe((WriteConcern.WMajority, ReadConcern.Majority, ReadPreference.Primary));
    }

    private static IHost Host(StoreOptions options)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Store:Kind"] = nameof(StoreKind.MongoDb),
            ["Store:ConnectionString"] = options.ConnectionString,
            ["Store:Database"] = options.Database,
            ["Store:StartTimeout"] = options.StartTimeout.ToString(),
        });
        builder.Services.AddStores(builder.Configuration.GetSection(StoreOptions.Section));
        return builder.Build();
    }
}
