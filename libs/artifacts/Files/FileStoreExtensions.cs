using MongoDB.Driver.GridFS;

namespace Sgasa.Artifacts.Files;

/// <summary>Whole folders in and out of a file store.</summary>
public static class FileStoreExtensions
{
    /// <summary>Stores the files of a folder, which has no folders within, under a key.</summary>
    /// <exception cref="InvalidFileNameException">The key or a file's name is none.</exception>
    /// <exception cref="FileSetTooLargeException">The files are larger than the store takes.</exception>
    public static Task<FileSet> UploadAsync(
        this IFileStore store, string key, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (Directory.EnumerateDirectories(folder).Any())
            throw new ArgumentException($"'{folder}' has folders within: only files are stored.", nameof(folder));
        var files = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
            .Select(path => new FileSource(Path.GetFileName(path), () => File.OpenRead(path)))
            .ToArray();
        return store.WriteAsync(key, files, cancellationToken);
    }

    /// <summary>Copies the key's set into an existing folder, and proves every byte by its hash.</summary>
    /// <returns>The set, or null where there is none.</returns>
    /// <exception cref="InvalidDataException">What is stored is not what was written.</exception>
    public static async Task<FileSet?> DownloadAsync(
        this IFileStore store, string key, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        string? failed = null;
        while (await store.FindAsync(key, cancellationToken).ConfigureAwait(false) is { } set)
        {
            if (await TryDownloadAsync(store, set, folder, cancellationToken).ConfigureAwait(false)) return set;
            // Replaced while it was read; but not again and again by itself.
            if (set.Version == failed)
                throw new InvalidDataException($"The files stored under '{key}' are damaged: store them again.");
            failed = set.Version;
        }

        return null;
    }

    private static async Task<bool> TryDownloadAsync(
        IFileStore store, FileSet set, string folder, CancellationToken cancellationToken)
    {
        foreach (var file in set.Files)
        {
            FileNames.CheckName(file.Name); // it came from the store
            try
            {
                await using var from = await store.OpenReadAsync(set.Key, file.Name, cancellationToken).ConfigureAwait(false);
                await using var to = File.Create(Path.Combine(folder, file.Name));
                var copied = await FileIntake.CopyAsync(from, to, file.Length, cancellationToken).ConfigureAwait(false);
                if (copied != (file.Length, file.Sha256)) return false;
            }
            catch (Exception fault) when (fault is FileNotFoundException or GridFSException)
            {
                return false;
            }
        }

        return true;
    }
}
