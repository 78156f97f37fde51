using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts;

/// <summary>Where rounds leave what they made. Writing an artifact twice under its id changes nothing.</summary>
public interface IArtifactStore
{
    /// <summary>Writes artifacts under their ids, replacing what was there; all of them or none.</summary>
    Task UpsertAsync<T>(IReadOnlyCollection<T> artifacts, CancellationToken cancellationToken) where T : class, IArtifact;

    /// <summary>The artifact with that id, or null.</summary>
    Task<T?> FindAsync<T>(string id, CancellationToken cancellationToken) where T : class, IArtifact;

    /// <summary>The artifacts with those ids, in the order asked for.</summary>
    /// <exception cref="ArtifactNotFoundException">One of them is not in the store.</exception>
    Task<IReadOnlyList<T>> GetAsync<T>(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
        where T : class, IArtifact;

    /// <summary>All artifacts of that kind made by a round, in ordinal order of their ids.</summary>
    Task<IReadOnlyList<T>> ListAsync<T>(string roundId, CancellationToken cancellationToken) where T : class, IArtifact;
}

/// <summary>Short forms for one artifact.</summary>
public static class ArtifactStoreExtensions
{
    /// <summary>Writes one artifact.</summary>
    public static Task UpsertAsync<T>(this IArtifactStore store, T artifact, CancellationToken cancellationToken)
        where T : class, IArtifact
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.UpsertAsync<T>([artifact], cancellationToken);
    }

    /// <summary>The artifact with that id.</summary>
    /// <exception cref="ArtifactNotFoundException">It is not in the store.</exception>
    public static async Task<T> GetAsync<T>(this IArtifactStore store, string id, CancellationToken cancellationToken)
        where T : class, IArtifact
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.FindAsync<T>(id, cancellationToken) ?? throw new ArtifactNotFoundException(typeof(T).Name, id);
    }
}
