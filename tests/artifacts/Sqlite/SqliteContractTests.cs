using Sgasa.Artifacts.Tests.Contract;

namespace Sgasa.Artifacts.Tests.Sqlite;

public sealed class SqliteArtifactStoreTests : ArtifactStoreContract
{
    protected override Task<IStoreServer> StartAsync() => Task.FromResult<IStoreServer>(new SqliteServer());
}

public sealed class SqliteRoundStoreTests : RoundStoreContract
{
    protected override Task<IStoreServer> StartAsync() => Task.FromResult<IStoreServer>(new SqliteServer());
}

public sealed class SqliteTrainingJobStoreTests : TrainingJobStoreContract
{
    protected override Task<IStoreServer> StartAsync() => Task.FromResult<IStoreServer>(new SqliteServer());
}

public sealed class FolderFileStoreTests : FileStoreContract
{
    protected override Task<IStoreServer> StartAsync() => Task.FromResult<IStoreServer>(new SqliteServer());
}

public sealed class SqliteProbeTests : StoreProbeContract
{
    protected override Task<IStoreServer> StartAsync() => Task.FromResult<IStoreServer>(new SqliteServer());
}
