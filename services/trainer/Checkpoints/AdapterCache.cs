using Sgasa.Modeling;

namespace Sgasa.Trainer.Checkpoints;

/// <summary>
/// The adapters in memory, loaded when first asked for; of those that no request uses, the least recently used leave
/// when there are too many. Belongs to the device thread.
/// </summary>
/// <param name="folders">Where adapters lie.</param>
/// <param name="capacity">Adapters kept, unless more are in use at once.</param>
/// <param name="load">Loads an adapter from its folder.</param>
/// <param name="release">Lets an adapter go that nobody uses any more.</param>
public sealed class AdapterCache(
    CheckpointFolders folders, int capacity, Func<string, LoraAdapter> load, Action<LoraAdapter> release) : IDisposable
{
    private readonly List<Entry> _entries = []; // least recently used first

    /// <summary>
    /// Holds a checkpoint's adapter until <see cref="Release"/>; an empty id is the base model, without adapter.
    /// </summary>
    /// <exception cref="InvalidCheckpointIdException">No checkpoint can have that id.</exception>
    /// <exception cref="CheckpointNotFoundException">There is no such adapter.</exception>
    public LoraAdapter? Acquire(string checkpointId)
    {
        ArgumentNullException.ThrowIfNull(checkpointId);
        if (checkpointId.Length == 0) return null;
        var folder = folders.FolderOf(checkpointId);
        var weights = new FileInfo(Path.Combine(folder, "adapter_model.safetensors"));
        if (!weights.Exists) throw new CheckpointNotFoundException(checkpointId, folder);

        // A folder that was written anew holds another adapter.
        var version = (weights.LastWriteTimeUtc, weights.Length);
        var entry = _entries.Find(e => e.Folder == folder && e.Version == version);
        if (entry is null) entry = new Entry(folder, version, load(folder));
        else _entries.Remove(entry);
        _entries.Add(entry);
        entry.Users++;
        Trim();
        return entry.Adapter;
    }

    /// <summary>Gives an adapter back that <see cref="Acquire"/> gave.</summary>
    public void Release(LoraAdapter? adapter)
    {
        if (adapter is null) return;
        _entries.Single(e => e.Adapter == adapter).Users--;
        Trim();
    }

    /// <summary>Lets all adapters go.</summary>
    public void Dispose()
    {
        foreach (var entry in _entries) release(entry.Adapter);
        _entries.Clear();
    }

    private void Trim()
    {
        while (_entries.Count > capacity && _entries.Find(e => e.Users == 0) is { } unused)
        {
            _entries.Remove(unused);
            release(unused.Adapter);
        }
    }

    private sealed class Entry(string folder, (DateTime, long) version, LoraAdapter adapter)
    {
        public string Folder { get; } = folder;

        public (DateTime, long) Version { get; } = version;

        public LoraAdapter Adapter { get; } = adapter;

        public int Users { get; set; }
    }
}
