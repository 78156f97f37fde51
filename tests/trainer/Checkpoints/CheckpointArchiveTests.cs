using Sgasa.Artifacts;
using Sgasa.Artifacts.Files;
using Sgasa.Contracts.Artifacts;
using Sgasa.Trainer.Tests.Jobs;

namespace Sgasa.Trainer.Tests.Checkpoints;

/// <summary>Trainers that share stores and nothing else.</summary>
public sealed class CheckpointArchiveTests : IAsyncLifetime
{
    private static readonly string AdapterKey = $"checkpoints/{Some.RoundId}/sft";
    private static readonly string StateKey = $"jobs/{Some.RoundId}/sft";

    private readonly TemporaryFolder _volume = new();
    private FolderFileStore _files = null!;
    private FaultyJobStore _jobsOfFirst = null!;
    private JobWorld _first = null!, _second = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _files = new FolderFileStore(_volume, long.MaxValue, TimeProvider.System);
        _first = await JobWorld.StartAsync(jobs: inner => _jobsOfFirst = new FaultyJobStore(inner), files: _files);
        _second = await _first.StartAnotherAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
        _volume.Dispose();
    }

    [Fact]
    public async Task RunAsync_TrainerLostWithItsDisk_AnotherGoesOnToTheSameAdapter()
    {
        var expected = await UninterruptedAdapterAsync();
        var job = await _first.LeaseAsync(Some.Job(Some.Specification(saveSteps: 5)));
        _first.Trainings.BeforeStep = step =>
        {
            // From here on nothing can be written, as if the process were gone; the clock lets the next report be due.
            if (step != 8) return;
            _jobsOfFirst.IsAway = true;
            _first.Time.Advance(TimeSpan.FromSeconds(1));
        };
        await Should.ThrowAsync<IOException>(_first.RunAsync(job, Ct));
        _first.Time.Advance(_first.Options.Lease);
        var stored = await _files.ListAsync(StateKey, Ct);

        await _second.RunAsync((await _second.LeaseAsync()).ShouldNotBeNull(), Ct);

        stored.ShouldBe([$"{StateKey}/checkpoint-5"]);
        _second.Trainings.OpenedAt.ShouldBe([5]);
        _second.Adapter().ShouldBe(expected);
        (await _second.StoredAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Completed);
        (await _files.ListAsync("jobs", Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_StoppedHalfWay_LeavesItsStateToAnother()
    {
        var expected = await UninterruptedAdapterAsync();
        using var stopping = new CancellationTokenSource();
        _first.Trainings.BeforeStep = step => { if (step == 7) stopping.Cancel(); };
        var job = await _first.LeaseAsync(Some.Job());
        await Should.ThrowAsync<OperationCanceledException>(_first.RunAsync(job, stopping.Token));

        await _second.RunAsync((await _second.LeaseAsync()).ShouldNotBeNull(), Ct);

        _second.Trainings.OpenedAt.ShouldBe([7]);
        _second.Adapter().ShouldBe(expected);
    }

    [Fact]
    public async Task RunAsync_CheckpointStoredButJobNotEnded_AnotherOnlyEndsIt()
    {
        await _first.RunAsync(await _first.LeaseAsync(Some.Job()), Ct);
        var checkpoint = await _first.Artifacts.GetAsync<Checkpoint>(Some.SftJob, Ct);
        await using var restarted = await JobWorld.StartAsync(files: _files);
        await restarted.Artifacts.UpsertAsync(checkpoint, Ct);

        await restarted.RunAsync(await restarted.LeaseAsync(Some.Job()), Ct);

        restarted.Trainings.OpenedAt.ShouldBeEmpty();
        restarted.Adapter().ShouldBe(_first.Adapter());
    }

    [Fact]
    public async Task FetchAdapterAsync_StoredByAnother_BringsItOnce()
    {
        await _first.RunAsync(await _first.LeaseAsync(Some.Job()), Ct);

        var fetched = await _second.Archive.FetchAdapterAsync(Some.SftJob, Ct);
        var again = await _second.Archive.FetchAdapterAsync(Some.SftJob, Ct);

        (fetched, again).ShouldBe((true, false));
        _second.Adapter().ShouldBe(_first.Adapter());
        (await _second.Archive.ListAsync(Ct)).ShouldBe([Some.SftJob]);
    }

    [Fact]
    public async Task FetchAdapterAsync_OtherBytesHere_ReplacesThem()
    {
        await _first.RunAsync(await _first.LeaseAsync(Some.Job()), Ct);
        Directory.CreateDirectory(Path.GetDirectoryName(_second.AdapterFile)!);
        await File.WriteAllTextAsync(_second.AdapterFile, "of a training that lost its lease", Ct);

        await _second.Archive.FetchAdapterAsync(Some.SftJob, Ct);

        _second.Adapter().ShouldBe(_first.Adapter());
    }

    [Fact]
    public async Task FetchAdapterAsync_NowhereStored_LeavesWhatIsHere()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_first.AdapterFile)!);
        await File.WriteAllTextAsync(_first.AdapterFile, "copied here by its owner", Ct);

        (await _first.Archive.FetchAdapterAsync(Some.SftJob, Ct)).ShouldBeFalse();

        _first.Adapter().ShouldBe("copied here by its owner");
    }

    [Fact]
    public async Task FetchAdapterAsync_StoredBytesDamaged_Throws()
    {
        await _first.RunAsync(await _first.LeaseAsync(Some.Job()), Ct);
        await File.WriteAllTextAsync(Path.Combine(_volume, AdapterKey, "adapter_model.safetensors"), "x", Ct);

        var fault = await Should.ThrowAsync<InvalidDataException>(_second.Archive.FetchAdapterAsync(Some.SftJob, Ct));

        fault.Message.ShouldBe($"The files stored under '{AdapterKey}' are damaged: store them again.");
        File.Exists(_second.AdapterFile).ShouldBeFalse();
    }

    [Fact]
    public async Task FetchStateAsync_OlderThanHere_LeavesWhatIsHere()
    {
        await _files.WriteAsync($"{StateKey}/checkpoint-2", [new FileSource("state.txt", () => new MemoryStream())], Ct);
        Directory.CreateDirectory(Path.Combine(_first.StateFolder, "checkpoint-3"));

        (await _first.Archive.FetchStateAsync(Some.SftJob, Ct)).ShouldBeFalse();

        Directory.EnumerateDirectories(_first.StateFolder).Select(Path.GetFileName).ShouldBe(["checkpoint-3"]);
    }

    [Fact]
    public async Task RunAsync_LeaseTakenByAnother_KeepsNoStateHere()
    {
        _first.Trainings.BeforeStep = step =>
        {
            if (step != 7) return;
            _first.Time.Advance(TimeSpan.FromSeconds(1));
            _first.Jobs.ReleaseAsync(Some.SftJob, _first.Options.Owner, Ct).Wait(Ct);
            _second.LeaseAsync().Wait(Ct);
        };
        var job = await _first.LeaseAsync(Some.Job(Some.Specification(saveSteps: 5)));

        await _first.RunAsync(job, Ct);

        Directory.Exists(_first.StateFolder).ShouldBeFalse();
        (await _files.ListAsync(StateKey, Ct)).ShouldBe([$"{StateKey}/checkpoint-5"]);
        (await _files.FindAsync(AdapterKey, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task WithoutAStore_NothingIsCopied()
    {
        await using var alone = await JobWorld.StartAsync();

        await alone.RunAsync(await alone.LeaseAsync(Some.Job()), Ct);

        alone.Archive.IsShared.ShouldBeFalse();
        (await alone.Archive.ListAsync(Ct)).ShouldBe([Some.SftJob]);
        Directory.EnumerateFiles(alone.Folder, "adapter_model.safetensors", SearchOption.AllDirectories).ShouldHaveSingleItem();
    }

    private static async Task<string> UninterruptedAdapterAsync()
    {
        await using var world = await JobWorld.StartAsync();
        await world.RunAsync(await world.LeaseAsync(Some.Job()), Ct);
        return world.Adapter();
    }
}
