using System.Collections.Concurrent;
using System.Security.Cryptography;
using Sgasa.Artifacts.Files;
using Sgasa.Modeling.Training;

namespace Sgasa.Trainer.Checkpoints;

/// <summary>
/// Adapters and training states beyond this trainer's own disk: where its host has a file store, other trainers sample
/// and continue them there, and so does this one when its container is gone. Elsewhere the data folder is all there
/// is, and nothing is copied.
/// </summary>
public sealed class CheckpointArchive(
    CheckpointFolders folders,
    JobFolders jobs,
    TrainingUploads uploads,
    IServiceProvider services,
    ILogger<CheckpointArchive> logger) : IDisposable
{
    private const string Checkpoints = "checkpoints", States = "jobs";

    private readonly IFileStore? _store = services.GetService<IFileStore>();
    private readonly SemaphoreSlim _fetching = new(1, 1);

    // Checkpoints whose folder here is known to hold what is stored.
    private readonly ConcurrentDictionary<string, bool> _present = new(StringComparer.Ordinal);

    /// <summary>Whether other trainers see what is stored.</summary>
    public bool IsShared => _store is not null;

    /// <summary>The ids of all adapters that can be sampled, sorted.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var here = folders.List();
        if (_store is null) return here;
        var stored = await _store.ListAsync(Checkpoints, cancellationToken);
        return
        [
            .. stored.Select(key => CheckpointFolders.IdOf(key[(Checkpoints.Length + 1)..])).OfType<string>()
                .Concat(here).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Stores the adapter that lies in its folder here.</summary>
    /// <returns>Whether there is a store.</returns>
    public async Task<bool> PublishAdapterAsync(string checkpointId, CancellationToken cancellationToken)
    {
        if (_store is null) return false;
        _present.TryRemove(checkpointId, out _);
        await _store.UploadAsync(AdapterKey(checkpointId), folders.OwnFolderOf(checkpointId), cancellationToken);
        _present[checkpointId] = true;
        return true;
    }

    /// <summary>Brings a stored adapter into its folder here, unless it lies there already or is nowhere stored.</summary>
    /// <returns>Whether it was brought.</returns>
    /// <exception cref="InvalidCheckpointIdException">No checkpoint can have that id.</exception>
    /// <exception cref="InvalidDataException">What is stored is damaged.</exception>
    public async Task<bool> FetchAdapterAsync(string checkpointId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpointId);
        if (_store is null || checkpointId.Length == 0 || folders.IsElsewhere(checkpointId)) return false;
        if (_present.ContainsKey(checkpointId)) return false;
        await _fetching.WaitAsync(cancellationToken);
        try
        {
            if (_present.ContainsKey(checkpointId)) return false;
            var key = AdapterKey(checkpointId);
            if (await _store.FindAsync(key, cancellationToken) is not { } set) return false;
            var fetched = !await HoldsAsync(folders.OwnFolderOf(checkpointId), set, cancellationToken)
                && await jobs.ReceiveAdapterAsync(checkpointId, folder => DownloadAsync(key, folder, cancellationToken));
            _present[checkpointId] = true;
            if (fetched) logger.AdapterFetched(checkpointId);
            return fetched;
        }
        finally
        {
            _fetching.Release();
        }
    }

    /// <summary>Stores a job's states that lie here, the newest and the best, and then removes the others there.</summary>
    /// <returns>Whether there is a store, and a state.</returns>
    public async Task<bool> PublishStateAsync(string jobId, CancellationToken cancellationToken)
    {
        if (_store is null || RunCheckpoints.In(jobs.RunOf(jobId)) is not { Count: > 0 } here) return false;
        var keys = here.Reverse().Select(step => $"{StateKey(jobId)}/{RunCheckpoints.NameOf(step)}").ToList();
        foreach (var key in keys)
        {
            // The newest may have been made again, after evaluation; of the others nothing changes.
            if (key == keys[^1] || await _store.FindAsync(key, cancellationToken) is null)
                await _store.UploadAsync(key, Path.Combine(jobs.RunOf(jobId), Path.GetFileName(key)), cancellationToken);
        }
        foreach (var other in await _store.ListAsync(StateKey(jobId), cancellationToken))
            if (!keys.Contains(other)) await _store.DeleteAsync(other, cancellationToken);
        return true;
    }

    /// <summary>Brings a job's stored state here, if it is newer than what lies here.</summary>
    /// <returns>Whether it was brought; a damaged one is as good as none.</returns>
    public async Task<bool> FetchStateAsync(string jobId, CancellationToken cancellationToken)
    {
        if (_store is null) return false;
        var stored = (await _store.ListAsync(StateKey(jobId), cancellationToken))
            .Select(key => RunCheckpoints.StepOf(key[(StateKey(jobId).Length + 1)..])).OfType<int>().Order().ToList();
        if (stored.Count == 0 || stored[^1] <= jobs.NewestState(jobId)) return false;
        // The newest last: the run goes on from it only when the best is here, too.
        var fetched = false;
        foreach (var step in stored.Except(RunCheckpoints.In(jobs.RunOf(jobId))))
            fetched = await FetchStateAsync(jobId, step, cancellationToken);
        return fetched;
    }

    private async Task<bool> FetchStateAsync(string jobId, int step, CancellationToken cancellationToken)
    {
        var name = RunCheckpoints.NameOf(step);
        try
        {
            var fetched = await jobs.ReceiveStateAsync(
                jobId, step, folder => DownloadAsync($"{StateKey(jobId)}/{name}", folder, cancellationToken));
            if (fetched) logger.StateFetched(name, jobId);
            return fetched;
        }
        catch (InvalidDataException fault)
        {
            logger.StateDamaged(fault, name, jobId);
            return false;
        }
    }

    /// <summary>Forgets a job's states and what came with it here: another trainer goes on with what is stored.</summary>
    public void RemoveStateHere(string jobId)
    {
        jobs.RemoveState(jobId);
        uploads.RemoveHere(jobId);
    }

    /// <summary>Forgets a job's states and what came with it, here and in the store.</summary>
    public async Task RemoveStateAsync(string jobId, CancellationToken cancellationToken)
    {
        jobs.RemoveState(jobId);
        await uploads.RemoveAsync(jobId, cancellationToken);
        if (_store is null) return;
        foreach (var key in await _store.ListAsync(StateKey(jobId), cancellationToken))
            await _store.DeleteAsync(key, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _fetching.Dispose();

    private static string AdapterKey(string checkpointId) => $"{Checkpoints}/{CheckpointFolders.Relative(checkpointId)}";

    private static string StateKey(string jobId) => $"{States}/{CheckpointFolders.Relative(jobId)}";

    private async Task<bool> DownloadAsync(string key, string folder, CancellationToken cancellationToken) =>
        await _store!.DownloadAsync(key, folder, cancellationToken) is not null;

    private static async Task<bool> HoldsAsync(string folder, FileSet set, CancellationToken cancellationToken)
    {
        foreach (var file in set.Files)
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path)) return false;
            await using var stream = File.OpenRead(path);
            if (stream.Length != file.Length) return false;
            var hash = await SHA256.HashDataAsync(stream, cancellationToken);
            if (Convert.ToHexStringLower(hash) != file.Sha256) return false;
        }
        return true;
    }
}
