using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts.Files;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Contracts.Grpc;
using Sgasa.Trainer.Device;
using Sgasa.Trainer.Model;
using TorchSharp;

namespace Sgasa.Trainer.Tests;

/// <summary>The whole trainer with the small model behind gRPC, as the embedded host runs it.</summary>
internal sealed class TrainerServer : IAsyncDisposable
{
    private readonly GrpcServer _server;

    private TrainerServer(GrpcServer server) => _server = server;

    public Training.TrainingClient Training => _server.Training;

    public Generation.GenerationClient Generation => _server.Generation;

    /// <summary>The model that is served.</summary>
    public Task<LoadedModel> ModelAsync() => _server.Services.GetRequiredService<ModelRuntime>().GetAsync(CancellationToken.None);

    /// <summary>Tokens sampled so far.</summary>
    public async Task<long> SampledTokensAsync()
    {
        var model = await ModelAsync();
        return await _server.Services.GetRequiredService<DeviceWorker>()
            .RunAsync(() => model.Engine.SampledTokens, CancellationToken.None);
    }

    /// <summary>Tensors alive that the device thread made.</summary>
    public Task<long> LiveTensorsAsync() => _server.Services.GetRequiredService<DeviceWorker>()
        .RunAsync(() => DisposeScopeManager.Statistics.ThreadTotalLiveCount, CancellationToken.None);

    public static async Task<TrainerServer> StartAsync(
        string folder, Action<TrainerOptions>? configure = null, string? sharedFolder = null)
    {
        var model = Path.Combine(folder, "model");
        if (!Directory.Exists(model)) SmallModel.Write(model);
        return new TrainerServer(await GrpcServer.StartAsync(
            folder,
            services => services
                .AddStores(folder, sharedFolder)
                .AddTrainer(options =>
                {
                    options.ModelFolder = model;
                    options.DataFolder = folder;
                    options.Device = "cpu";
                    options.Slots = 4;
                    configure?.Invoke(options);
                }),
            app => app.MapTrainer()));
    }

    /// <summary>The answers to requests sent at once, in the requests' order.</summary>
    public Task<string[]> TextsAsync(params GenerateRequest[] requests) => Task.WhenAll(requests.Select(TextAsync));

    /// <summary>The chunks of one answer.</summary>
    public async Task<List<GenerateChunk>> ChunksAsync(GenerateRequest request)
    {
        using var call = Generation.Generate(request, cancellationToken: TestContext.Current.CancellationToken);
        var chunks = new List<GenerateChunk>();
        await foreach (var chunk in ReadAsync(call)) chunks.Add(chunk);
        return chunks;
    }

    /// <summary>One answer.</summary>
    public async Task<string> TextAsync(GenerateRequest request) =>
        string.Concat((await ChunksAsync(request)).Select(chunk => chunk.Text));

    /// <summary>Submits a job and waits for its end.</summary>
    public async Task<TrainingJob> TrainAsync(SentJob job)
    {
        var ct = TestContext.Current.CancellationToken;
        await job.SubmitAsync(Training);
        using var watch = Training.Watch(new TrainingJobRequest { JobId = job.Job.JobId }, cancellationToken: ct);
        var last = new TrainingJob();
        while (await watch.ResponseStream.MoveNext(ct)) last = watch.ResponseStream.Current;
        return last;
    }

    /// <summary>Waits until a job has taken that many steps.</summary>
    public async Task ReachedAsync(string jobId, int step)
    {
        var ct = TestContext.Current.CancellationToken;
        using var watch = Training.Watch(new TrainingJobRequest { JobId = jobId }, cancellationToken: ct);
        while (await watch.ResponseStream.MoveNext(ct))
            if (watch.ResponseStream.Current.Step >= step) return;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async IAsyncEnumerable<GenerateChunk> ReadAsync(Grpc.Core.AsyncServerStreamingCall<GenerateChunk> call)
    {
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            yield return call.ResponseStream.Current;
    }
}

file static class TrainerStores
{
    /// <summary>Adds stores of the trainer's own, or such as several trainers share, and with them their files.</summary>
    public static IServiceCollection AddStores(this IServiceCollection services, string own, string? shared)
    {
        if (shared is null) return services.AddSqliteStores(Path.Combine(own, "test.db"));
        services.AddSingleton<IFileStore>(
            new FolderFileStore(Path.Combine(shared, "files"), long.MaxValue, TimeProvider.System));
        return services.AddSqliteStores(Path.Combine(shared, "test.db"));
    }
}
