using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Files;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Hosting.Bus;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Trainings;

namespace Sgasa.Trainer.Tests.Jobs;

/// <summary>
/// Everything around a job but the model: stores, folders, bus, device thread, and a clock that stands still.
/// </summary>
internal sealed class JobWorld : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly TemporaryStores _stores;
    private readonly bool _isSecond;

    private JobWorld(
        ScriptedTrainings trainings, Func<ITrainingJobStore, ITrainingJobStore> jobs, IFileStore? files, JobWorld? first)
    {
        (Trainings, Files, _isSecond) = (trainings, files, first is not null);
        Time = first?.Time ?? new FakeTimeProvider();
        _stores = first?._stores ?? TemporaryStores.Open(Time);
        Jobs = jobs(_stores.Jobs);
        var services = new ServiceCollection();
        if (files is not null) services.AddSingleton(files);
        _services = services
            .AddLogging()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(Artifacts)
            .AddSingleton(Rounds)
            .AddSingleton(Jobs)
            .AddSingleton<ITrainings>(trainings)
            .AddSingleton(Some.Options(Folder))
            .AddTrainingJobs()
            .AddSgasaBus(_ => { }, bus => bus.AddTrainerConsumers())
            // Only a failing test waits so long; a short time would fail on a busy machine.
            .AddMassTransitTestHarness(TextWriter.Null, bus => bus.SetTestTimeouts(
                testTimeout: TimeSpan.FromMinutes(1), testInactivityTimeout: TimeSpan.FromMinutes(1)))
            .BuildServiceProvider(validateScopes: true);
    }

    public TemporaryFolder Folder { get; } = new();

    public FakeTimeProvider Time { get; }

    public IFileStore? Files { get; }

    public CheckpointArchive Archive => _services.GetRequiredService<CheckpointArchive>();

    public ScriptedTrainings Trainings { get; }

    public ITrainingJobStore Jobs { get; }

    public IArtifactStore Artifacts => _stores.Artifacts;

    public IRoundStore Rounds => _stores.Rounds;

    public TrainerOptions Options => _services.GetRequiredService<IOptions<TrainerOptions>>().Value;

    public TrainingJobExecution Execution => _services.GetRequiredService<TrainingJobExecution>();

    public TrainingJobIntake Intake => _services.GetRequiredService<TrainingJobIntake>();

    public TrainingBoard Board => _services.GetRequiredService<TrainingBoard>();

    public ITestHarness Harness => _services.GetTestHarness();

    public static async Task<JobWorld> StartAsync(
        ScriptedTrainings? trainings = null, Func<ITrainingJobStore, ITrainingJobStore>? jobs = null, IFileStore? files = null)
    {
        var world = new JobWorld(trainings ?? new ScriptedTrainings(), jobs ?? (store => store), files, first: null);
        await world.Harness.Start();
        return world;
    }

    /// <summary>Another trainer with the same stores, and a disk of its own.</summary>
    public async Task<JobWorld> StartAnotherAsync()
    {
        var world = new JobWorld(new ScriptedTrainings(), store => store, Files, first: this);
        world.Options.Owner = "another trainer";
        await world.Harness.Start();
        return world;
    }

    /// <summary>Stores the job and leases it for this trainer.</summary>
    public async Task<TrainingJobRecord> LeaseAsync(TrainingJobRecord job)
    {
        await Jobs.AddAsync(job, TestContext.Current.CancellationToken);
        return await LeaseAsync() ?? throw new InvalidOperationException("The job was not to be had.");
    }

    /// <summary>Leases the next job for this trainer.</summary>
    public Task<TrainingJobRecord?> LeaseAsync() =>
        Jobs.LeaseNextAsync(Options.Owner, Options.Lease, TestContext.Current.CancellationToken);

    /// <summary>Saves the round's document with that status.</summary>
    public async Task SaveRoundAsync(string status)
    {
        var ct = TestContext.Current.CancellationToken;
        var version = (await Rounds.FindAsync(Some.RoundId, ct))?.Version ?? 0;
        await Rounds.TrySaveAsync(
            new RoundDocument
            {
                Id = Some.RoundId,
                Version = version,
                Status = status,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Json = "{}",
            },
            ct);
    }

    /// <summary>Runs a leased job to where it gets.</summary>
    public Task RunAsync(TrainingJobRecord job, CancellationToken stopping = default) => Execution.RunAsync(job, stopping);

    /// <summary>The job as stored.</summary>
    public async Task<TrainingJobRecord> StoredAsync(string jobId) =>
        (await Jobs.FindAsync(jobId, TestContext.Current.CancellationToken)).ShouldNotBeNull();

    /// <summary>The loop around the execution.</summary>
    public TrainingJobRunner Runner() =>
        new(Jobs, _services.GetRequiredService<JobAdmission>(), Execution, Board, Some.Options(Folder), Time, NullLogger<TrainingJobRunner>.Instance);

    /// <summary>The job once it has ended.</summary>
    public async Task<TrainingJobRecord> EndedAsync(string jobId)
    {
        while (true)
        {
            var changed = Board.Changed;
            var job = await StoredAsync(jobId);
            if (job.Status is not (TrainingJobStatus.Queued or TrainingJobStatus.Running)) return job;
            await changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The messages of one type that were published so far.</summary>
    public IReadOnlyList<T> Published<T>() where T : class =>
        [.. Harness.Published.Select<T>(new CancellationToken(canceled: true)).Select(p => p.Context.Message)];

    /// <summary>The bytes of the SFT checkpoint's adapter.</summary>
    public string Adapter() => File.ReadAllText(AdapterFile);

    public string AdapterFile => Path.Combine(Folder, "checkpoints", Some.RoundId, "sft", "adapter_model.safetensors");

    public string StateFolder => Path.Combine(Folder, "jobs", Some.RoundId, "sft");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (!_isSecond) _stores.Dispose();
        Folder.Dispose();
    }
}
