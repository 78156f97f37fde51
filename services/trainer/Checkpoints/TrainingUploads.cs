using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Sgasa.Artifacts.Files;
using Sgasa.Contracts;

namespace Sgasa.Trainer.Checkpoints;

/// <summary>
/// Files that come with training jobs: taken in piece by piece, checked when all are there, and then, where this host has a file
/// store, within reach of every trainer.
/// </summary>
public sealed partial class TrainingUploads(
    CheckpointFolders folders, IOptions<TrainerOptions> options, TimeProvider time, IServiceProvider services) : IDisposable
{
    private const string Data = "data";
    private const int MostFiles = 64;
    private const int MostJobs = 64;

    private static readonly TimeSpan KeptUnasked = TimeSpan.FromDays(1);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(10);

    private readonly IFileStore? _store = services.GetService<IFileStore>();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private DateTimeOffset _swept;

    /// <summary>Names of an adapter's files, which a job may bring to begin with.</summary>
    public static IReadOnlyList<string> AdapterFiles { get; } = ["adapter_config.json", "adapter_model.safetensors"];

    /// <summary>Puts a piece at the end of a file. A piece from elsewhere in the file changes nothing.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="offset">Where in the file the piece belongs, in bytes.</param>
    /// <param name="content">The piece.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>The bytes of the file that are here: the next piece begins there.</returns>
    /// <exception cref="UserErrorException">The id or the name is none, or there is too much.</exception>
    public async Task<long> AppendAsync(
        string jobId, string name, long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var folder = folders.UploadsOf(jobId);
        if (!FileName().IsMatch(name))
        {
            throw new UserErrorException(
                $"'{(name.Length > 80 ? name[..80] + "…" : name).ReplaceLineEndings(" ")}' is no file of a training job: name it "
                + $"train-000-…, eval-000-…, or one of {string.Join(", ", AdapterFiles)}.");
        }
        await _writing.WaitAsync(cancellationToken);
        try
        {
            Sweep();
            var path = Path.Combine(folder, name);
            var length = File.Exists(path) ? new FileInfo(path).Length : 0;
            if (offset != length || content.IsEmpty) return length;

            if (!Directory.Exists(folder) && Directory.Exists(folders.Uploads) && Directory.GetDirectories(folders.Uploads).Length >= MostJobs)
            {
                throw new UserErrorException(
                    $"The data of {MostJobs} training jobs is being sent here already, and none of them was submitted: try again later.");
            }
            Directory.CreateDirectory(folder);
            var present = new DirectoryInfo(folder).EnumerateFiles().ToList();
            if (length == 0 && present.Count >= MostFiles)
                throw new UserErrorException($"A training job brings at most {MostFiles} files: put them together.");
            if (present.Sum(file => file.Length) + content.Length > options.Value.MaxUploadBytes)
            {
                throw new UserErrorException(
                    $"More than {options.Value.MaxUploadBytes} bytes come with the job, which is all that this trainer takes "
                    + $"({TrainerOptions.Section}:{nameof(TrainerOptions.MaxUploadBytes)}): give less data.");
            }
            await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            await file.WriteAsync(content, CancellationToken.None);
            return length + content.Length;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Checks that a job's files are all here as they were sent, and keeps them for it. Doing so again changes nothing.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="files">The files.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>SHA-256 over names and contents.</returns>
    /// <exception cref="UploadIncompleteException">A file is not here, or damaged: it is to be sent again.</exception>
    /// <exception cref="UserErrorException">A name is none.</exception>
    public async Task<string> CompleteAsync(
        string jobId, IReadOnlyList<StoredFile> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.FirstOrDefault(file => !FileName().IsMatch(file.Name)) is { } stranger)
            throw new UserErrorException($"'{stranger.Name.ReplaceLineEndings(" ")}' is no file of a training job.");
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var sent = folders.UploadsOf(jobId);
            if (!await AreKeptAsync(jobId, files, cancellationToken))
            {
                foreach (var file in files) await CheckAsync(sent, file, cancellationToken);
                await KeepAsync(jobId, sent, cancellationToken);
            }
            Remove(sent);
            return HashOf(files);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>A job's files, from the store where they are not here.</summary>
    /// <returns>Their folder; null where there are none.</returns>
    public async Task<string?> FetchAsync(string jobId, CancellationToken cancellationToken)
    {
        var folder = folders.DataOf(jobId);
        if (_store is null) return Directory.Exists(folder) ? folder : null;
        if (await _store.FindAsync(Key(jobId), cancellationToken) is not { } set) return null;
        Remove(folder);
        Directory.CreateDirectory(folder);
        return await _store.DownloadAsync(Key(jobId), folder, cancellationToken) is null ? null : folder;
    }

    /// <summary>Forgets a job's files, here and in the store.</summary>
    public async Task RemoveAsync(string jobId, CancellationToken cancellationToken)
    {
        RemoveHere(jobId);
        if (_store is not null) await _store.DeleteAsync(Key(jobId), cancellationToken);
    }

    /// <summary>Forgets a job's files here: another trainer has them from the store.</summary>
    public void RemoveHere(string jobId) => Remove(folders.DataOf(jobId));

    /// <inheritdoc />
    public void Dispose() => _writing.Dispose();

    private static string Key(string jobId) => $"{Data}/{CheckpointFolders.Relative(jobId)}";

    private static string HashOf(IEnumerable<StoredFile> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(
            files.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => $"{file.Name} {file.Sha256}\n")))));

    private static async Task CheckAsync(string folder, StoredFile file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file.Name);
        var length = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (length != file.Length)
            throw new UploadIncompleteException($"Of {file.Name} {length} bytes of {file.Length} are here: send the rest.");
        if (await HashAsync(path, cancellationToken) == file.Sha256) return;
        File.Delete(path);
        throw new UploadIncompleteException($"{file.Name} came damaged: send it again.");
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    /// <summary>Whether just these files were kept before, by a call that nobody heard the end of.</summary>
    private async Task<bool> AreKeptAsync(
        string jobId, IReadOnlyList<StoredFile> files, CancellationToken cancellationToken)
    {
        if (_store is not null)
        {
            return await _store.FindAsync(Key(jobId), cancellationToken) is { } set
                && set.Files.OrderBy(f => f.Name, StringComparer.Ordinal)
                    .SequenceEqual(files.OrderBy(f => f.Name, StringComparer.Ordinal));
        }
        var folder = folders.DataOf(jobId);
        if (!Directory.Exists(folder) || Directory.GetFiles(folder).Length != files.Count) return false;
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path) || await HashAsync(path, cancellationToken) != file.Sha256) return false;
        }
        return true;
    }

    private async Task KeepAsync(string jobId, string sent, CancellationToken cancellationToken)
    {
        if (_store is not null)
        {
            await _store.UploadAsync(Key(jobId), sent, cancellationToken);
            return;
        }
        var target = folders.DataOf(jobId);
        Remove(target);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        Directory.Move(sent, target);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        var parent = Path.GetDirectoryName(folder)!;
        if (Directory.Exists(parent) && !Directory.EnumerateFileSystemEntries(parent).Any()) Directory.Delete(parent);
    }

    /// <summary>Removes, now and then, what was sent here and never asked to be trained on.</summary>
    private void Sweep()
    {
        var now = time.GetUtcNow();
        if (!Directory.Exists(folders.Uploads) || now - _swept < SweepInterval) return;
        _swept = now;
        var limit = now.UtcDateTime - KeptUnasked;
        foreach (var job in new DirectoryInfo(folders.Uploads).EnumerateDirectories().SelectMany(name => name.EnumerateDirectories()).ToList())
        {
            if (job.LastWriteTimeUtc < limit && job.EnumerateFiles().All(file => file.LastWriteTimeUtc < limit)) Remove(job.FullName);
        }
    }

    [GeneratedRegex(@"^(?:(?:train|eval)-[0-9]{3}-[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}|adapter_config\.json|adapter_model\.safetensors)\z")]
    private static partial Regex FileName();
}
