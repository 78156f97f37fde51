using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Contracts.Grpc;
using Sgasa.Trainer.Jobs;

namespace Sgasa.Trainer.Tests.Jobs;

public sealed class TrainingServiceTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedSessions _sessions = new(steps: 12);
    private GrpcServer? _server;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Watch_SubmittedJob_ShowsItUntilItIsCompleted()
    {
        var training = await StartAsync();

        var submitted = await training.SubmitAsync(Sft("mine"), cancellationToken: Ct);
        var seen = await WatchAsync(training, "mine");

        submitted.Status.ShouldBe(TrainingStatus.Queued);
        var last = seen[^1];
        (last.Status, last.Step, last.Steps).ShouldBe((TrainingStatus.Completed, 12, 12));
        seen.Select(job => job.Step).ShouldBeInOrder();
        File.Exists(Path.Combine(_folder, "checkpoints", "mine", "adapter", "adapter_model.safetensors")).ShouldBeTrue();
    }

    [Fact]
    public async Task Watch_RunningJob_CarriesItsFiguresUnderTrlsNames()
    {
        var training = await StartAsync();
        using var go = new ManualResetEventSlim();
        _sessions.BeforeStep = step => { if (step == 2) go.Wait(Ct); };
        await training.SubmitAsync(Sft("mine"), cancellationToken: Ct);
        using var watch = training.Watch(new TrainingJobRequest { JobId = "mine" }, cancellationToken: Ct);

        var first = default(TrainingJob);
        while (first is not { Step: 1 } && await watch.ResponseStream.MoveNext(Ct)) first = watch.ResponseStream.Current;
        go.Set();

        first.ShouldNotBeNull().Metrics["grad_norm"].ShouldBe(1);
        first.SecondsLeft.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Submit_SameIdTwice_ReturnsTheStoredJob()
    {
        var training = await StartAsync();
        await training.SubmitAsync(Sft("mine"), cancellationToken: Ct);
        await WatchAsync(training, "mine");

        var again = await training.SubmitAsync(Sft("mine"), cancellationToken: Ct);

        again.Status.ShouldBe(TrainingStatus.Completed);
        _sessions.OpenedAt.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cancel_RunningJob_EndsItForGood()
    {
        var training = await StartAsync();
        var running = new TaskCompletionSource();
        using var go = new ManualResetEventSlim();
        _sessions.BeforeStep = step =>
        {
            if (step != 3) return;
            running.TrySetResult();
            go.Wait(Ct);
        };
        await training.SubmitAsync(Sft("mine"), cancellationToken: Ct);
        await running.Task;

        var cancelled = await training.CancelAsync(new TrainingJobRequest { JobId = "mine" }, cancellationToken: Ct);
        go.Set();
        var seen = await WatchAsync(training, "mine");

        cancelled.Status.ShouldBe(TrainingStatus.Cancelled);
        seen.ShouldHaveSingleItem().Status.ShouldBe(TrainingStatus.Cancelled);
    }

    [Fact]
    public async Task Get_UnknownJob_IsNotFound()
    {
        var training = await StartAsync();

        var fault = await Should.ThrowAsync<RpcException>(
            training.GetAsync(new TrainingJobRequest { JobId = "none" }, cancellationToken: Ct).ResponseAsync);

        (fault.StatusCode, fault.Status.Detail).ShouldBe(
            (StatusCode.NotFound, "There is no training job 'none'; submit it first."));
    }

    public static TheoryData<TrainingJobSpec, string> Mistakes => new()
    {
        {
            Changed(j => j.JobId = "../up"),
            "'../up' is no checkpoint id: write <round>/checkpoint/sft, <round>/checkpoint/dpo or a plain name, "
                + "with letters, digits, '.', '_' and '-' only, and no dot at the beginning."
        },
        { Changed(j => j.Stage = "rlhf"), "stage 'rlhf' is unknown: write sft or dpo." },
        {
            Changed(j => j.JobId = "r/checkpoint/dpo"),
            "job_id 'r/checkpoint/dpo' is not one of a sft job: end it in sft."
        },
        {
            Changed(j => j.Sft.Clear()),
            "An sft job takes examples in the field sft, at least one, and none in preferences."
        },
        {
            Changed(j => j.RecipeJson = "{\"sft\": {\"epochs\": 0}}"),
            "recipe.json:1: 'sft.epochs' is '0', out of range. Give a value from 1 to 100."
        },
    };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public async Task Submit_Mistake_IsAnInvalidArgumentThatNamesIt(TrainingJobSpec job, string message)
    {
        var training = await StartAsync();

        var fault = await Should.ThrowAsync<RpcException>(training.SubmitAsync(job, cancellationToken: Ct).ResponseAsync);

        (fault.StatusCode, fault.Status.Detail).ShouldBe((StatusCode.InvalidArgument, message));
    }

    private static TrainingJobSpec Sft(string jobId) => new()
    {
        JobId = jobId,
        Stage = "sft",
        Seed = 7,
        Sft = { new SftExample { Prompt = "question", Completion = "answer" } },
    };

    private static TrainingJobSpec Changed(Action<TrainingJobSpec> change)
    {
        var job = Sft("mine");
        change(job);
        return job;
    }

    private async Task<Training.TrainingClient> StartAsync()
    {
        _server = await GrpcServer.StartAsync(
            _folder,
            services => services
                .AddSqliteStores(Path.Combine(_folder, "test.db"))
                .AddSingleton<ITrainingSessions>(_sessions)
                .AddSingleton(Some.Options(_folder))
                .AddTrainingJobs()
                .AddTrainerGrpc()
                .AddHostedService<TrainingJobRunner>(),
            app => app.MapGrpcService<TrainingService>());
        return _server.Training;
    }

    private static async Task<List<TrainingJob>> WatchAsync(Training.TrainingClient training, string jobId)
    {
        using var watch = training.Watch(new TrainingJobRequest { JobId = jobId }, cancellationToken: Ct);
        var seen = new List<TrainingJob>();
        while (await watch.ResponseStream.MoveNext(Ct)) seen.Add(watch.ResponseStream.Current);
        return seen;
    }
}
