namespace Sgasa.Artifacts.Files;

/// <summary>
/// Adapters and training states: sets of files under a key such as <c>checkpoints/r1/sft</c>, shared by all replicas of
/// a service. A set is there whole or not at all, also while it is replaced and after a crash.
/// </summary>
/// <remarks>
/// Keys are one to eight segments between slashes; segments and file names are made of letters, digits, '.', '_' and
/// '-', and do not begin with a dot. No key may lie below another set's key.
/// </remarks>
public interface IFileStore
{
    /// <summary>Writes a set of files, replacing the key's earlier one when all of it is there.</summary>
    /// <exception cref="InvalidFileNameException">The key or a name is none.</exception>
    /// <exception cref="FileSetTooLargeException">The set is larger than this store takes.</exception>
    Task<FileSet> WriteAsync(string key, IReadOnlyCollection<FileSource> files, CancellationToken cancellationToken);

    /// <summary>What lies under a key, or null.</summary>
    /// <exception cref="InvalidFileNameException">The key is none.</exception>
    Task<FileSet?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Opens one file of the key's present set for reading, from its beginning to its end.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidFileNameException">The key or the name is none.</exception>
    Task<Stream> OpenReadAsync(string key, string name, CancellationToken cancellationToken);

    /// <summary>The keys of all sets below a key, in ordinal order.</summary>
    /// <exception cref="InvalidFileNameException">The key is none.</exception>
    Task<IReadOnlyList<string>> ListAsync(string key, CancellationToken cancellationToken);

    /// <summary>Removes the key's set; nothing happens where there is none.</summary>
    /// <exception cref="InvalidFileNameException">The key is none.</exception>
    Task DeleteAsync(string key, CancellationToken cancellationToken);
}

/// <summary>A file to store.</summary>
/// <param name="Name">Its name within the set.</param>
/// <param name="Open">Opens its content; the store closes it.</param>
public sealed record FileSource(string Name, Func<Stream> Open);

/// <summary>A stored set of files.</summary>
public sealed record FileSet
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 over names and contents: equal for equal sets, whoever wrote them.</summary>
    public required string Version { get; init; }

    /// <summary>The files, in ordinal order of their names.</summary>
    public required IReadOnlyList<StoredFile> Files { get; init; }
}

/// <summary>A file of a stored set.</summary>
/// <param name="Name">Its name within the set.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">SHA-256 of its content, as lowercase hexadecimal digits.</param>
public sealed record StoredFile(string Name, long Length, string Sha256);
