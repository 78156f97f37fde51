using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting.ModelClients;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Serving;
using Sgasa.Trainer.Specifications;
using Sgasa.Trainer.Tests.Jobs;
using Sgasa.Trainer.Trainings;

namespace Sgasa.Trainer.Tests.Serving;

public sealed class TrainingServiceTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedTrainings _trainings = new(steps: 12);
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

        var submitted = await Sft("mine").SubmitAsync(training);
        var seen = await WatchAsync(training, "mine");

        submitted.Status.ShouldBeOneOf(TrainingStatus.Queued, TrainingStatus.Running);
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
        _trainings.BeforeStep = step => { if (step == 2) go.Wait(Ct); };
        await Sft("mine").SubmitAsync(training);
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
        await Sft("mine").SubmitAsync(training);
        await WatchAsync(training, "mine");

        var again = await Sft("mine").SubmitAsync(training);

        again.Status.ShouldBe(TrainingStatus.Completed);
        _trainings.OpenedAt.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cancel_RunningJob_EndsItForGood()
    {
        var training = await StartAsync();
        var running = new TaskCompletionSource();
        using var go = new ManualResetEventSlim();
        _trainings.BeforeStep = step =>
        {
            if (step != 3) return;
            running.TrySetResult();
            go.Wait(Ct);
        };
        await Sft("mine").SubmitAsync(training);
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
        { Changed(j => j.JobId = "r/checkpoint/sft"), "job_id 'r/checkpoint/sft' is one of a round's: take a plain name." },
        { Changed(j => j.Stage = "rlhf"), "stage 'rlhf' is unknown: write sft or dpo." },
        { Changed(j => j.Files.Clear()), "files names no data set to train on: upload one as train-000-data.jsonl." },
        { Changed(j => j.Files[0].Length = 3), "Of train-000-data.jsonl 5 bytes of 3 are here: send the rest." },
        { Changed(j => j.Files[0].Sha256 = new string('0', 64)), "train-000-data.jsonl came damaged: send it again." },
        { Changed(j => j.Files[0].Sha256 = "x"), "files tells no length or hash of 'train-000-data.jsonl': give both." },
        { Changed(j => j.Files.Add(j.Files[0])), "files names one file twice: name each once." },
        {
            Changed(j => j.Files.Add(new TrainingFile { Name = "adapter_config.json", Length = 1, Sha256 = new string('0', 64) })),
            "files names half an adapter: give adapter_config.json and adapter_model.safetensors."
        },
        { Changed(j => j.EvalSplit = 1), "eval_split is 1: give from 0, for none, to below 1." },
        {
            Changed(j => j.ArgumentsJson = """{"num_train_epochs": 0}"""),
            "arguments_json: The field NumTrainEpochs must be between 1 and 10000."
        },
        { Changed(j => j.ArgumentsJson = """{"beta": 0.1}"""), "arguments_json: The JSON property 'beta' could not be mapped" },
        { Changed(j => j.LoraJson = "8"), "lora_json: Settings are a JSON object." },
        { Changed(j => j.BaseModelFingerprint = "another"), "The job is for base model another, but this trainer runs" },
    };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public async Task Submit_Mistake_IsAnInvalidArgumentThatNamesIt(TrainingJobSpec job, string message)
    {
        var training = await StartAsync();
        await training.UploadAsync(Piece(0, "rows\n"), cancellationToken: Ct);

        var fault = await Should.ThrowAsync<RpcException>(training.SubmitAsync(job, cancellationToken: Ct).ResponseAsync);

        // What is to be sent again is no mistake of whoever sends it.
        fault.StatusCode.ShouldBe(message.Contains("send ", StringComparison.Ordinal) ? StatusCode.FailedPrecondition : StatusCode.InvalidArgument);
        fault.Status.Detail.ShouldStartWith(message);
        fault.Status.Detail.ShouldNotContain("\n");
    }

    [Fact]
    public async Task Upload_PiecesLostRepeatedAndOutOfOrder_AreTakenOnceEach()
    {
        var training = await StartAsync();
        async Task<long> SendAsync(long offset, string text) =>
            (await training.UploadAsync(Piece(offset, text), cancellationToken: Ct)).Length;

        (await SendAsync(0, "")).ShouldBe(0);
        (await SendAsync(0, "abc")).ShouldBe(3);
        (await SendAsync(0, "abc")).ShouldBe(3);
        (await SendAsync(6, "ghi")).ShouldBe(3);
        (await SendAsync(3, "def")).ShouldBe(6);

        File.ReadAllText(Path.Combine(_folder, "uploads", "mine", "adapter", "train-000-data.jsonl")).ShouldBe("abcdef");
    }

    [Theory]
    [InlineData("mine", "../data.jsonl", "'../data.jsonl' is no file of a training job")]
    [InlineData("mine", "train-0-x", "'train-0-x' is no file of a training job")]
    [InlineData("mine", ".lock", "'.lock' is no file of a training job")]
    [InlineData("../up", "train-000-x", "'../up' is no checkpoint id")]
    public async Task Upload_NameThatIsNone_IsRefused(string jobId, string name, string message)
    {
        var training = await StartAsync();
        var piece = Piece(0, "x");
        (piece.JobId, piece.Name) = (jobId, name);

        var fault = await Should.ThrowAsync<RpcException>(training.UploadAsync(piece, cancellationToken: Ct).ResponseAsync);

        fault.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        fault.Status.Detail.ShouldStartWith(message);
    }

    [Fact]
    public async Task Upload_MoreThanTheTrainerTakes_IsRefused()
    {
        var training = await StartAsync(options => options.MaxUploadBytes = 10);
        await training.UploadAsync(Piece(0, "0123456"), cancellationToken: Ct);

        var fault = await Should.ThrowAsync<RpcException>(
            training.UploadAsync(Piece(7, "0123456"), cancellationToken: Ct).ResponseAsync);

        fault.Status.Detail.ShouldStartWith("More than 10 bytes come with the job");
    }

    [Fact]
    public async Task Download_CompletedJob_GivesItsFiles()
    {
        var training = await StartAsync();
        await Sft("mine").SubmitAsync(training);
        await WatchAsync(training, "mine");
        var target = Directory.CreateDirectory(Path.Combine(_folder, "downloaded")).FullName;

        await new TrainingJobClient(training, TimeProvider.System, _ => { }).DownloadAsync("mine", target, Ct);

        var made = Path.Combine(_folder, "checkpoints", "mine", "adapter");
        Directory.EnumerateFiles(target).Select(Path.GetFileName).Order()
            .ShouldBe(["adapter_config.json", "adapter_model.safetensors", "train_results.json"]);
        File.ReadAllBytes(Path.Combine(target, "adapter_model.safetensors"))
            .ShouldBe(File.ReadAllBytes(Path.Combine(made, "adapter_model.safetensors")));
        Directory.Exists(Path.Combine(_folder, "data", "mine", "adapter")).ShouldBeFalse();
    }

    [Fact]
    public async Task Download_JobThatHasMadeNothing_SaysSo()
    {
        var training = await StartAsync();
        _trainings.BeforeStep = _ => throw new TrainingFailedException("It diverged.");
        await Sft("mine").SubmitAsync(training);
        await WatchAsync(training, "mine");

        using var download = training.Download(new TrainingJobRequest { JobId = "mine" }, cancellationToken: Ct);
        var fault = await Should.ThrowAsync<RpcException>(download.ResponseStream.MoveNext(Ct));

        fault.Status.Detail.ShouldBe("Training job 'mine' has made no adapter: it is failed.");
    }

    [Fact]
    public async Task Submit_FilesThatWereKeptBefore_AreTheJobsWithoutBeingSentAgain()
    {
        var training = await StartAsync();
        await training.UploadAsync(Piece(0, "rows\n"), cancellationToken: Ct);
        var files = TrainingRequests.Files(Changed(_ => { }));

        // As when nobody heard that it was done.
        var first = await _server!.Services.GetRequiredService<TrainingUploads>().CompleteAsync("mine", files, Ct);
        var again = await _server.Services.GetRequiredService<TrainingUploads>().CompleteAsync("mine", files, Ct);
        await training.SubmitAsync(Changed(_ => { }), cancellationToken: Ct);

        again.ShouldBe(first);
        (await WatchAsync(training, "mine"))[^1].Status.ShouldBe(TrainingStatus.Completed);
        Directory.Exists(Path.Combine(_folder, "uploads", "mine")).ShouldBeFalse();
    }

    [Fact]
    public async Task Submit_AfterAFailureWithOtherSettings_TrainsWithThose()
    {
        var training = await StartAsync();
        _trainings.BeforeStep = _ => throw new TrainingFailedException("It diverged.");
        await Sft("mine").SubmitAsync(training);
        await WatchAsync(training, "mine");
        _trainings.BeforeStep = _ => { };
        var other = Sft("mine");
        other.Job.ArgumentsJson = """{"learning_rate": 0.25, "lr_scheduler_type": "constant_with_warmup", "save_steps": 5}""";

        await other.SubmitAsync(training);
        await WatchAsync(training, "mine");

        _trainings.Opened[^1].Arguments.LearningRate.ShouldBe(0.25);
        _trainings.Opened[^1].Arguments.LrSchedulerType.ShouldBe(LrSchedulerType.ConstantWithWarmup);
    }

    [Fact]
    public async Task Submit_AfterAFailure_TrainsAgain()
    {
        var training = await StartAsync();
        _trainings.BeforeStep = _ => throw new TrainingFailedException("It diverged.");
        await Sft("mine").SubmitAsync(training);
        (await WatchAsync(training, "mine"))[^1].Error.ShouldBe("It diverged.");
        _trainings.BeforeStep = _ => { };

        await Sft("mine").SubmitAsync(training);

        (await WatchAsync(training, "mine"))[^1].Status.ShouldBe(TrainingStatus.Completed);
    }

    private static SentJob Sft(string jobId) => SentJob.Sft(jobId, [("question", "answer")], new SftConfig { SaveSteps = 5 });

    private static FilePiece Piece(long offset, string text) => new()
    {
        JobId = "mine",
        Name = "train-000-data.jsonl",
        Offset = offset,
        Content = ByteString.CopyFromUtf8(text),
    };

    private static TrainingJobSpec Changed(Action<TrainingJobSpec> change)
    {
        var job = Sft("mine").Job;
        job.Files.Add(new TrainingFile
        {
            Name = "train-000-data.jsonl",
            Length = 5,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData("rows\n"u8)),
        });
        change(job);
        return job;
    }

    private async Task<Training.TrainingClient> StartAsync(Action<TrainerOptions>? configure = null)
    {
        var options = Some.Options(_folder);
        configure?.Invoke(options.Value);
        _server = await GrpcServer.StartAsync(
            _folder,
            services => services
                .AddSqliteStores(Path.Combine(_folder, "test.db"))
                .AddSingleton<ITrainings>(_trainings)
                .AddSingleton(options)
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
