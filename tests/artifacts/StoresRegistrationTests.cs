using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sgasa.Artifacts.Files;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts.Tests;

public sealed class StoresRegistrationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sgasa-test-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddStores_Sqlite_GivesEveryStoreOverOneFile()
    {
        using var host = Host(("Path", Path.Combine(_folder, "sgasa.db")));
        await host.StartAsync(Token);

        await host.Services.GetRequiredService<IArtifactStore>().UpsertAsync(Some.Attack(0), Token);
        await host.Services.GetRequiredService<IRoundStore>().TrySaveAsync(Some.Round("r1"), Token);
        await host.Services.GetRequiredService<ITrainingJobStore>().AddAsync(Some.Job("j1"), Token);
        await host.Services.GetRequiredService<IFileStore>().WriteAsync(
            "checkpoints/r1/sft", [new FileSource("a.bin", () => new MemoryStream([1]))], Token);
        await host.Services.GetRequiredService<IStoreProbe>().CheckAsync(Token);

        Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).ShouldContain("sgasa.db");
        File.Exists(Path.Combine(_folder, "files", "checkpoints", "r1", "sft", "a.bin")).ShouldBeTrue();
        (await host.Services.GetRequiredService<IArtifactStore>().ListAsync<AttackPrompt>("r1", Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task AddStores_FilesFolder_IsWhereTheFilesGo()
    {
        var files = Path.Combine(_folder, "volume");
        using var host = Host(
            ("Path", Path.Combine(_folder, "sgasa.db")), ("Files", "folder"), ("FilesFolder", files));

        await host.Services.GetRequiredService<IFileStore>().WriteAsync(
            "k", [new FileSource("a", () => new MemoryStream([1]))], Token);

        File.Exists(Path.Combine(files, "k", "a")).ShouldBeTrue();
    }

    public static TheoryData<(string, string)[], string> Mistakes { get; } = new()
    {
        { [("Kind", "Oracle")], "Store:Kind is 'Oracle': write Sqlite or MongoDb." },
        { [("Kind", "1")], "Store:Kind is '1': write Sqlite or MongoDb." },
        { [("Kind", "")], "Store:Kind is '': write Sqlite or MongoDb." },
        { [], "Store:Path is empty: name the file that the rounds are stored in." },
        { [("Files", "S3")], "Store:Files is 'S3': write Folder or GridFs." },
        { [("Path", "x"), ("Files", "GridFs")], "Store:Files is GridFs, which only Store:Kind MongoDb has: write Folder." },
        { [("Path", "x"), ("MaxFileSetBytes", "0")], "Store:MaxFileSetBytes is 0: give at least 1." },
        {
            [("Kind", "MongoDb")],
            "Store:ConnectionString is empty: name the MongoDB servers, as in mongodb://host:27017."
        },
        {
            [("Kind", "MongoDb"), ("ConnectionString", "mongodb://h"), ("Database", "a/b")],
            "Store:Database is 'a/b': use up to 63 letters, digits, '_' and '-'."
        },
        {
            [("Kind", "MongoDb"), ("ConnectionString", "mongodb://h"), ("CaFile", "/none.pem")],
            "Store:CaFile '/none.pem' is not there: name a PEM file, or leave it empty."
        },
        {
            [("Kind", "mongodb"), ("ConnectionString", "mongodb://h"), ("Files", "Folder")],
            "Store:FilesFolder is empty: name the folder or volume that all trainers share."
        },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Start_Mistake_IsOneLineThatNamesIt((string, string)[] settings, string message)
    {
        using var host = Host(settings);

        var fault = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(Token));

        fault.Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("mongodb://user:sesame@@host:27017")]
    [InlineData("mongodb://user:sesame@host:port")]
    [InlineData("postgres://user:sesame@host")]
    [InlineData("mongodb://user:sesame@host/?readConcernLevel=sesame")]
    public async Task Start_BadConnectionString_NeverShowsThePassword(string connectionString)
    {
        using var host = Host(("Kind", "MongoDb"), ("ConnectionString", connectionString));

        var fault = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(Token));

        fault.Message.ShouldStartWith("Store:ConnectionString is no MongoDB connection string");
        fault.ToString().ShouldNotContain("sesame");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IHost Host(params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
            settings.Select(s => new KeyValuePair<string, string?>($"Store:{s.Key}", s.Value)));
        builder.Services.AddStores(builder.Configuration.GetSection(StoreOptions.Section));
        return builder.Build();
    }
}
