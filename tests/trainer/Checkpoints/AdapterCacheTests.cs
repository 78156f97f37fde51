using Sgasa.Modeling;
using Sgasa.Trainer.Checkpoints;

namespace Sgasa.Trainer.Tests.Checkpoints;

public sealed class AdapterCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _loaded = [];
    private readonly List<LoraAdapter> _released = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Acquire_SameIdTwice_LoadsOnce()
    {
        using var cache = Cache(capacity: 2, "a");

        var (first, second) = (cache.Acquire("a"), cache.Acquire("a"));

        second.ShouldBeSameAs(first);
        _loaded.ShouldBe(["a"]);
    }

    [Fact]
    public void Acquire_EmptyId_IsTheBaseModel()
    {
        using var cache = Cache(capacity: 2);

        cache.Acquire("").ShouldBeNull();
    }

    [Fact]
    public void Acquire_MoreThanItHolds_LetsTheLeastRecentlyUsedGo()
    {
        using var cache = Cache(capacity: 2, "a", "b", "c");
        foreach (var id in new[] { "a", "b", "a", "c" }) cache.Release(cache.Acquire(id));

        cache.Release(cache.Acquire("a"));
        cache.Release(cache.Acquire("b"));

        _loaded.ShouldBe(["a", "b", "c", "b"]);
        _released.Count.ShouldBe(2);
    }

    [Fact]
    public void Acquire_AllInUse_KeepsThemUntilTheyAreGivenBack()
    {
        using var cache = Cache(capacity: 1, "a", "b");
        var (a, b) = (cache.Acquire("a"), cache.Acquire("b"));
        var releasedInUse = _released.Count;

        cache.Release(a);

        releasedInUse.ShouldBe(0);
        _released.ShouldBe([a!]);
        cache.Release(b);
    }

    [Fact]
    public void Acquire_FolderWrittenAnew_LoadsItAgain()
    {
        using var cache = Cache(capacity: 4, "a");
        cache.Release(cache.Acquire("a"));

        File.WriteAllText(Path.Combine(_folder, "checkpoints", "a", "adapter", "adapter_model.safetensors"), "a longer one");
        cache.Release(cache.Acquire("a"));

        _loaded.ShouldBe(["a", "a"]);
    }

    [Fact]
    public void Acquire_NotThere_SaysWhereItLooked()
    {
        using var cache = Cache(capacity: 4);

        var fault = Should.Throw<CheckpointNotFoundException>(() => cache.Acquire("r1/checkpoint/sft"));

        fault.Message.ShouldContain(Path.Combine(_folder, "checkpoints", "r1/sft"));
    }

    private AdapterCache Cache(int capacity, params string[] ids)
    {
        TorchRuntime.EnsureLoaded(threads: 1);
        foreach (var id in ids)
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder, "checkpoints", id, "adapter")).FullName;
            File.WriteAllText(Path.Combine(folder, "adapter_model.safetensors"), id);
        }
        return new AdapterCache(
            new CheckpointFolders(Some.Options(_folder)),
            capacity,
            folder =>
            {
                _loaded.Add(Path.GetFileName(Path.GetDirectoryName(folder)!));
                return LoraAdapter.Create(SmallModel.Config(vocabSize: 10), new LoraConfig { R = 1 }, seed: 1);
            },
            adapter =>
            {
                _released.Add(adapter);
                adapter.Dispose();
            });
    }
}
