using System.Security.Cryptography;
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

    private static readonly TimeSpan KeptUnasked = TimeSpan.FromDays(1);

    private readonly IFileStore? _store = services.GetService<IFileStore>();
    private readonly SemaphoreSlim _writing = new(1, 1);

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
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, name);
            var length = File.Exists(path) ? new FileInfo(path).Length : 0;
            if (offset != length || content.IsEmpty) return length;

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

    /// <summary>Checks that a job's files are all here as they were sent, and keeps them for it.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="files">The files.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>SHA-256 over names and contents.</returns>
    /// <exception cref="UserErrorException">A file is not here, or damaged: it is to be sent again.</exception>
    public async Task<string> CompleteAsync(
        string jobId, IReadOnlyList<StoredFile> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        var folder = folders.UploadsOf(jobId);
        if (files.FirstOrDefault(file => !FileName().IsMatch(file.Name)) is { } stranger)
            throw new UserErrorException($"'{stranger.Name.ReplaceLineEndings(" ")}' is no file of a training job.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var path = Path.Combine(folder, file.Name);
            var length = File.Exists(path) ? new FileInfo(path).Length : 0;
            if (length != file.Length)
                throw new UserErrorException($"Of {file.Name} {length} bytes of {file.Length} are here: send the rest.");
            await using var stream = File.OpenRead(path);
            var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
            if (found != file.Sha256)
            {
                File.Delete(path);
                throw new UserErrorException($"{file.Name} came damaged: send it again.");
            }
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{file.Name} {found}\n"));
        }
        if (_store is not null) await _store.UploadAsync(Key(jobId), folder, cancellationToken);
        var target = folders.DataOf(jobId);
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        Directory.Move(folder, target);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A job's files, from the store where they are not here.</summary>
    /// <returns>Their folder; null where there are none.</returns>
    public async Task<string?> FetchAsync(string jobId, CancellationToken cancellationToken)
    {
        var folder = folders.DataOf(jobId);
        if (_store is null) return Directory.Exists(folder) ? folder : null;
        if (await _store.FindAsync(Key(jobId), cancellationToken) is not { } set) return null;
        if (set.Files.All(file => File.Exists(Path.Combine(folder, file.Name))
            && new FileInfo(Path.Combine(folder, file.Name)).Length == file.Length)) return folder;
        Directory.CreateDirectory(folder);
        return await _store.DownloadAsync(Key(jobId), folder, cancellationToken) is null ? null : folder;
    }

    /// <summary>Forgets a job's files, here and in the store.</summary>
    public async Task RemoveAsync(string jobId, CancellationToken cancellationToken)
    {
        var folder = folders.DataOf(jobId);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        if (_store is not null) await _store.DeleteAsync(Key(jobId), cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _writing.Dispose();

    private static string Key(string jobId) => $"{Data}/{CheckpointFolders.Relative(jobId)}";

    /// <summary>Removes what was sent here and never asked to be trained on.</summary>
    private void Sweep()
    {
        if (!Directory.Exists(folders.Uploads)) return;
        var limit = time.GetUtcNow().UtcDateTime - KeptUnasked;
        foreach (var job in new DirectoryInfo(folders.Uploads).EnumerateDirectories().SelectMany(name => name.EnumerateDirectories()))
        {
            if (job.LastWriteTimeUtc < limit && job.EnumerateFiles().All(file => file.LastWriteTimeUtc < limit))
                job.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"^(?:(?:train|eval)-[0-9]{3}-[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}|adapter_config\.json|adapter_model\.safetensors)\z")]
    private static partial Regex FileName();
}
