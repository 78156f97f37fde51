using Sgasa.Artifacts.Tests.Contract;

namespace Sgasa.Artifacts.Tests.Mongo;

public sealed class ReplicaSetArtifactStoreTests(MongoContainers containers) : ArtifactStoreContract
{
    protected override async Task<IStoreServer> StartAsync() =>
        await MongoServer.StartAsync(containers, Topology.ReplicaSet, GetType());
}

public sealed class ReplicaSetRoundStoreTests(MongoContainers containers) : RoundStoreContract
{
    protected override async Task<IStoreServer> StartAsync() =>
        await MongoServer.StartAsync(containers, Topology.ReplicaSet, GetType());
}

public sealed class ReplicaSetTrainingJobStoreTests(MongoContainers containers) : TrainingJobStoreContract
{
    protected override async Task<IStoreServer> StartAsync() =>
        await MongoServer.StartAsync(containers, Topology.ReplicaSet, GetType());
}

public sealed class ReplicaSetFileStoreTests(MongoContainers containers) : FileStoreContract
{
    protected override async Task<IStoreServer> StartAsync() =>
        await MongoServer.StartAsync(containers, Topology.ReplicaSet, GetType());
}

public sealed class StandaloneArtifactStoreTests(MongoContainers containers) : ArtifactStoreContract
{
    protected override async Task<IStoreServer> StartAsync() =>
        await MongoServer.StartAsync(containers, Topology.Standalone, GetType());
}

public sealed class StandaloneRoundStoreTests(MongoContainers containers) : RoundStoreContract
{
    protected override async Task<IStoreServer> StartAsync() =>
        await MongoServer.StartAsync(containers, Topology.Standalone, GetType());
}

public sealed class StandaloneTrainingJobStoreTests(MongoContainers containers) : TrainingJobStoreContract
{
    protected override async Task<IStoreServer> StartAsync() =>
        await MongoServer.StartAsync(containers, Topology.Standalone, GetType());
}

public sealed class StandaloneFileStoreTests(MongoContainers containers) : FileStoreContract
{
    protected override async Task<IStoreServer> StartAsync() =>
        await MongoServer.StartAsync(containers, Topology.Standalone, GetType());
}

public sealed class MongoProbeTests(MongoContainers containers) : StoreProbeContract
{
    protected override async Task<IStoreServer> StartAsync() =>
        await MongoServer.StartAsync(containers, Topology.Standalone, GetType());
}
