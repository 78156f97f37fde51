using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Artifacts.Tests.Contract;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sgasa-test-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "sgasa.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Open_FileInAFolderThatIsMissing_MakesBoth()
    {
        var path = Path.Combine(_folder, "a", "b", "sgasa.db");

        using (var database = SqliteDatabase.Open(path))
            await new SqliteArtifactStore(database).UpsertAsync(Some.Attack(0), Token);

        using var again = SqliteDatabase.Open(path);
        (await new SqliteArtifactStore(again).ListAsync<AttackPrompt>("r1", Token)).ShouldBe([Some.Attack(0)]);
    }

    [Fact]
    public async Task Open_ProcessKilledAfterWriting_HasEverythingAcknowledged()
    {
        using var database = SqliteDatabase.Open(File);
        await new SqliteArtifactStore(database).UpsertAsync([Some.Attack(0), Some.Attack(1)], Token);
        await new SqliteRoundStore(database).TrySaveAsync(Some.Round("r1"), Token);

        using var survivor = SqliteDatabase.Open(AsKilled("killed.db"));

        (await new SqliteArtifactStore(survivor).ListAsync<AttackPrompt>("r1", Token)).Count.ShouldBe(2);
        (await new SqliteRoundStore(survivor).FindAsync("r1", Token)).ShouldBe(Some.Round("r1", version: 1));
    }

    [Fact]
    public async Task Open_ProcessKilledInTheMiddleOfABatch_HasNoneOfTheBatch()
    {
        using var database = SqliteDatabase.Open(File);
        var store = new SqliteArtifactStore(database);
        await store.UpsertAsync(Some.Attack(0), Token);
        // Large enough to spill out of SQLite's page cache into the log before the commit.
        var batch = Enumerable.Range(1, 40).Select(i => Some.Attack(i, new string('x', 100_000))).ToArray();
        var killed = "";
        await store.UpsertAsync(new FaultyBatch(batch, faultAfter: 39, () => killed = AsKilled("killed.db")), Token);

        using var survivor = SqliteDatabase.Open(killed);

        (await new SqliteArtifactStore(survivor).ListAsync<AttackPrompt>("r1", Token)).ShouldBe([Some.Attack(0)]);
    }

    [Theory]
    [InlineData("PRAGMA journal_mode", "wal")]
    [InlineData("PRAGMA synchronous", 2L)]
    public async Task Open_Always_FlushesEveryCommit(string pragma, object expected)
    {
        using var database = SqliteDatabase.Open(File);

        var value = await database.WriteAsync(
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = pragma;
                return command.ExecuteScalar();
            },
            Token);

        value.ShouldBe(expected);
    }

    [Fact]
    public void Open_FileThatIsNoDatabase_NamesItAndLeavesIt()
    {
        System.IO.File.WriteAllText(File, """{"prompt":"a log, not a database; long enough to have a header, at any rate"}""");

        var error = Should.Throw<UserErrorException>(() => SqliteDatabase.Open(File));

        error.Message.ShouldBe($"'{File}' is not an SGASA database: name another file, or move this one away.");
        System.IO.File.ReadAllText(File).ShouldStartWith("{\"prompt\"");
    }

    [Fact]
    public void Open_OtherProgramsDatabase_NamesItAndAddsNoTable()
    {
        Execute("CREATE TABLE theirs (x)");

        var error = Should.Throw<UserErrorException>(() => SqliteDatabase.Open(File));

        error.Message.ShouldBe($"'{File}' is another program's database: name another file, or move this one away.");
        Execute("SELECT count(*) FROM sqlite_schema").ShouldBe(1L);
    }

    [Fact]
    public void Open_NewerSchema_SaysBothVersions()
    {
        SqliteDatabase.Open(File).Dispose();
        Execute("PRAGMA user_version = 99");

        var error = Should.Throw<UserErrorException>(() => SqliteDatabase.Open(File));

        error.Message.ShouldBe($"The database '{File}' was written by a newer version of SGASA (schema 99, this one knows 1): "
            + "use that version, or name another file.");
    }

    [Fact]
    public async Task ListAsync_NewerArtifact_SaysSo()
    {
        using var database = SqliteDatabase.Open(File);
        var store = new SqliteArtifactStore(database);
        await store.UpsertAsync(Some.Attack(0), Token);
        Execute("UPDATE attack_prompt SET schema = 2");

        var error = await Should.ThrowAsync<UserErrorException>(() => store.ListAsync<AttackPrompt>("r1", Token));

        error.Message.ShouldContain("AttackPrompt of a newer version");
    }

    [Fact]
    public async Task GetAsync_MemberOfANewerProgram_IsSkipped()
    {
        using var database = SqliteDatabase.Open(File);
        var store = new SqliteArtifactStore(database);
        await store.UpsertAsync(Some.Attack(0), Token);
        Execute("UPDATE attack_prompt SET json = json_set(json, '$.invented', 1)");

        var prompt = await store.GetAsync<AttackPrompt>(Some.Attack(0).Id, Token);

        prompt.ShouldBe(Some.Attack(0));
    }

    [Fact]
    public void Open_PathIsAFolder_SaysItCannotBeOpened()
    {
        var error = Should.Throw<UserErrorException>(() => SqliteDatabase.Open(_folder));

        error.Message.ShouldBe(
            $"The database '{_folder}' can't be opened or made: check that its folder can be written.");
    }

    [Fact]
    public void Open_FolderIsAFile_SaysItCannotBeMade()
    {
        System.IO.File.WriteAllText(File, "");

        var error = Should.Throw<UserErrorException>(() => SqliteDatabase.Open(Path.Combine(File, "sgasa.db")));

        error.Message.ShouldStartWith($"The folder '{File}' of the database can't be made: ");
    }

    [Fact]
    public void Open_AnotherProcessIsWriting_SaysSoWhenTheWaitIsOver()
    {
        using var database = SqliteDatabase.Open(File);
        using var other = new SqliteConnection($"Data Source={File};Pooling=False");
        other.Open();
        using var writing = other.BeginTransaction();

        var error = Should.Throw<UserErrorException>(
            () => SqliteDatabase.Open(new SqliteStoreOptions { Path = File, BusyTimeout = TimeSpan.FromMilliseconds(1) }));

        error.Message.ShouldBe($"The database '{File}' is in use by another process: end it, or wait for it.");
    }

    [Fact]
    public async Task UpsertAsync_ClosedDatabase_SaysSo()
    {
        var database = SqliteDatabase.Open(File);
        database.Dispose();
        database.Dispose();

        await Should.ThrowAsync<ObjectDisposedException>(
            () => new SqliteArtifactStore(database).UpsertAsync(Some.Attack(0), Token));
    }

    [Fact]
    public void Dispose_LastConnection_LeavesOneFile()
    {
        SqliteDatabase.Open(File).Dispose();

        Directory.GetFiles(_folder).ShouldBe([File]);
    }

    [Fact]
    public async Task AddSqliteStores_ConfigurationSection_OpensItsFileAtStart()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Sqlite:Path", File)]);
        builder.Services.AddSqliteStores(builder.Configuration.GetSection(SqliteStoreOptions.Section));
        using var host = builder.Build();

        await host.StartAsync(Token);

        System.IO.File.Exists(File).ShouldBeTrue();
        host.Services.GetRequiredService<IArtifactStore>().ShouldBeOfType<SqliteArtifactStore>();
        host.Services.GetRequiredService<IRoundStore>().ShouldBeOfType<SqliteRoundStore>();
        host.Services.GetRequiredService<ITrainingJobStore>().ShouldBeOfType<SqliteTrainingJobStore>();
    }

    [Fact]
    public async Task AddSqliteStores_NoPath_StopsTheStart()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSqliteStores("");
        using var host = builder.Build();

        var error = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(Token));

        error.Message.ShouldContain("Sqlite:Path is empty: name the file that the rounds are stored in.");
    }

    [Fact]
    public void OpenTemporary_Disposed_LeavesNoFile()
    {
        var stores = TemporaryStores.Open();
        var path = stores.Database.Path;
        System.IO.File.Exists(path).ShouldBeTrue();

        stores.Dispose();

        Directory.Exists(Path.GetDirectoryName(path)).ShouldBeFalse();
    }

    [Fact]
    public void All_ArtifactTypesOfTheContracts_HaveATable()
    {
        var types = typeof(IArtifact).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IArtifact)));

        ArtifactKind.All.Select(k => k.Type).ShouldBe(types, ignoreOrder: true);
    }

    /// <summary>What the disk holds when the process dies now: the file and its log, nothing that is only in memory.</summary>
    private string AsKilled(string name)
    {
        var copy = Path.Combine(_folder, name);
        System.IO.File.Copy(File, copy);
        System.IO.File.Copy(File + "-wal", copy + "-wal");
        return copy;
    }

    private object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
