using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sgasa.Cli.Models;
using Sgasa.Cli.Output;
using Sgasa.Hosting.ModelClients;
using Sgasa.Trainer;

namespace Sgasa.Cli.Embedding;

/// <summary>
/// All services in this process: messages through memory, state in SQLite, the trainer's gRPC on a Unix socket that only
/// this user can reach.
/// </summary>
internal sealed class EmbeddedHost : IModelHost
{
    private const string AdapterName = "adapter";
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly SocketFolder _sockets;
    private readonly TimeProvider _time;
    private readonly string? _ownFolder;
    private bool _started;
    private bool _keepLog;

    private EmbeddedHost(HostFolders folders, ModelChoice model, string? adapter, string device, TimeProvider time)
    {
        _time = time;
        _ownFolder = folders.IsTemporary ? folders.Root : null;
        LogFile = folders.LogFile;
        AdapterId = adapter is null ? null : AdapterName;
        _sockets = SocketFolder.Create();
        _app = Build(folders, model, adapter, device, _sockets.Address, time);
        Logger = _app.Services.GetRequiredService<ILogger<EmbeddedHost>>();
    }

    /// <summary>The services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The model.</summary>
    public IChatClient Generator => Services.GetRequiredKeyedService<IChatClient>(ModelRole.Generator);

    /// <summary>The checkpoint id of the adapter that the host was given; null for the base model.</summary>
    public string? AdapterId { get; }

    /// <summary>What the services log.</summary>
    public string LogFile { get; }

    /// <summary>Logs for the tool itself.</summary>
    public ILogger Logger { get; }

    /// <summary>A host for rounds, with everything it keeps in an output folder.</summary>
    public static EmbeddedHost ForRounds(OutputFolder output, ModelChoice model, string device, TimeProvider time)
    {
        var folders = new HostFolders(output.Root, output.Database, output.TrainerData, output.LogFile, IsTemporary: false);
        return new EmbeddedHost(folders, model, adapter: null, device, time);
    }

    /// <summary>A host for a model and perhaps an adapter, which leaves nothing behind.</summary>
    public static EmbeddedHost ForModel(ModelChoice model, string? adapter, string device, TimeProvider time)
    {
        var root = Directory.CreateTempSubdirectory("sgasa-").FullName;
        var folders = new HostFolders(
            root,
            OutputFolder.DatabaseIn(root),
            Path.Combine(root, "trainer"),
            Path.Combine(root, "sgasa.log"),
            IsTemporary: true);
        return new EmbeddedHost(folders, model, adapter, device, time);
    }

    /// <summary>Starts every service; the model is loaded then.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _started = true;
        await _app.StartAsync(cancellationToken);
    }

    /// <summary>Runs something against this host; what nobody foresaw goes to the log, and the user hears where that is.</summary>
    public async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault) when (Failure.IsInternal(fault))
        {
            _keepLog = true;
            Logger.CommandFailed(fault);
            throw new InternalFaultException(fault, LogFile);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_started) await StopAsync();
        await _app.DisposeAsync();
        _sockets.Dispose();
        if (_ownFolder is not null && !_keepLog) Discard(_ownFolder);
    }

    private async Task StopAsync()
    {
        // Everything is in the store already: what does not stop in time is dropped.
        using var limit = new CancellationTokenSource(StopLimit, _time);
        try
        {
            await _app.StopAsync(limit.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or AggregateException)
        {
            Logger.StoppedLate(fault);
        }
    }

    private static WebApplication Build(
        HostFolders folders, ModelChoice model, string? adapter, string device, string trainerAddress, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenForTrainer(trainerAddress));
        builder.Logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Grpc", LogLevel.Warning)
            .AddProvider(new FileLog(folders.LogFile, time));

        var services = builder.Services;
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddSingleton(time);
        services.AddRouting();
        services.AddAllServices(folders.Database, trainerAddress, trainer =>
        {
            trainer.ModelFolder = model.Folder;
            trainer.DataFolder = folders.TrainerData;
            trainer.Device = device;
            if (adapter is not null) trainer.Adapters[AdapterName] = adapter;
        });

        var app = builder.Build();
        app.MapTrainer();
        return app;
    }

    private static void Discard(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It lies in the temporary folder: somebody else sweeps there.
        }
    }

    /// <summary>Where a host keeps what.</summary>
    private sealed record HostFolders(string Root, string Database, string TrainerData, string LogFile, bool IsTemporary);
}
