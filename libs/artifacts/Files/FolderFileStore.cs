using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sgasa.Artifacts.Files;

/// <summary>
/// Files in a folder, or on a volume that several hosts share: each set in the folder of its key, with a list of its
/// files beside them. A set is written under a temporary name, flushed to the disk, and then renamed.
/// </summary>
/// <param name="root">The folder; made when something is first written.</param>
/// <param name="maxSetBytes">Most bytes in one set.</param>
/// <param name="time">Tells what writers that died left behind from what others are writing.</param>
public sealed class FolderFileStore(string root, long maxSetBytes, TimeProvider time) : IFileStore
{
    private const string ListName = ".files.json";
    private const int PublishAttempts = 100;
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly string _root = Path.GetFullPath(root);

    private string Writing => Path.Combine(_root, ".writing");

    /// <inheritdoc />
    public async Task<FileSet> WriteAsync(
        string key, IReadOnlyCollection<FileSource> files, CancellationToken cancellationToken)
    {
        FileNames.Check(key, files);
        cancellationToken.ThrowIfCancellationRequested();
        RemoveAbandoned();
        var temporary = Path.Combine(Writing, Path.GetRandomFileName());
        Directory.CreateDirectory(temporary);
        try
        {
            var intake = new FileIntake(key, maxSetBytes);
            foreach (var file in files)
            {
                await using var target = File.Create(Path.Combine(temporary, file.Name));
                await intake.CopyAsync(file, target, cancellationToken).ConfigureAwait(false);
                target.Flush(flushToDisk: true);
            }

            var set = intake.Set;
            await using (var list = File.Create(Path.Combine(temporary, ListName)))
            {
                JsonSerializer.Serialize(list, set, FileSetJson.Default.FileSet);
                list.Flush(flushToDisk: true);
            }

            Publish(temporary, FolderOf(key));
            return set;
        }
        finally
        {
            Remove(temporary);
        }
    }

    /// <inheritdoc />
    public Task<FileSet?> FindAsync(string key, CancellationToken cancellationToken)
    {
        FileNames.CheckKey(key);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var json = File.ReadAllBytes(Path.Combine(FolderOf(key), ListName));
            return Task.FromResult(JsonSerializer.Deserialize(json, FileSetJson.Default.FileSet));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<FileSet?>(null);
        }
    }

    /// <inheritdoc />
    public Task<Stream> OpenReadAsync(string key, string name, CancellationToken cancellationToken)
    {
        FileNames.CheckKey(key);
        FileNames.CheckName(name);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult<Stream>(File.OpenRead(Path.Combine(FolderOf(key), name)));
        }
        catch (DirectoryNotFoundException fault)
        {
            throw new FileNotFoundException($"There is no file '{name}' under '{key}'.", name, fault);
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> ListAsync(string key, CancellationToken cancellationToken)
    {
        FileNames.CheckKey(key);
        cancellationToken.ThrowIfCancellationRequested();
        var folder = FolderOf(key);
        if (!Directory.Exists(folder)) return Task.FromResult<IReadOnlyList<string>>([]);
        var keys = Directory.EnumerateFiles(folder, ListName, SearchOption.AllDirectories)
            .Select(list => Path.GetRelativePath(_root, Path.GetDirectoryName(list)!).Replace('\\', '/'))
            .Where(found => found != key)
            .Order(StringComparer.Ordinal)
            .ToArray();
        return Task.FromResult<IReadOnlyList<string>>(keys);
    }

    /// <inheritdoc />
    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        FileNames.CheckKey(key);
        cancellationToken.ThrowIfCancellationRequested();
        SetAside(FolderOf(key));
        return Task.CompletedTask;
    }

    private string FolderOf(string key) => Path.Combine([_root, .. key.Split('/')]);

    private void Publish(string temporary, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        for (var attempt = 0; ; attempt++)
        {
            SetAside(target);
            try
            {
                Directory.Move(temporary, target);
                return;
            }
            catch (IOException) when (attempt < PublishAttempts && Directory.Exists(temporary))
            {
                // Another writer was faster; the last one wins.
            }
        }
    }

    // Renamed before it is deleted, so that nobody sees half of it.
    private void SetAside(string target)
    {
        var aside = Path.Combine(Writing, Path.GetRandomFileName());
        Directory.CreateDirectory(Writing);
        try
        {
            if (File.Exists(Path.Combine(target, ListName))) Directory.Move(target, aside);
        }
        catch (Exception fault) when (fault is DirectoryNotFoundException or FileNotFoundException)
        {
            // Another one was faster.
        }

        Remove(aside);
    }

    private void RemoveAbandoned()
    {
        var before = time.GetUtcNow() - Abandoned;
        if (!Directory.Exists(Writing)) return;
        foreach (var folder in Directory.EnumerateDirectories(Writing))
            if (Directory.GetLastWriteTimeUtc(folder) < before.UtcDateTime) Remove(folder);
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing is left to remove.
        }
    }
}

/// <summary>The list of a set's files as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FileSet))]
internal sealed partial class FileSetJson : JsonSerializerContext;
