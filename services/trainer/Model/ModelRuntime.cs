using Microsoft.Extensions.Options;
using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Device;
using TorchSharp;

namespace Sgasa.Trainer.Model;

/// <summary>Loads the base model once, when the host starts.</summary>
public sealed class ModelRuntime(
    IOptions<TrainerOptions> options, CheckpointFolders folders, DeviceWorker device, ILogger<ModelRuntime> logger)
    : IHostedService
{
    private readonly Lazy<Task<LoadedModel>> _loaded =
        new(() => device.RunAsync(() => Load(options.Value, folders, device, logger), CancellationToken.None));

    /// <summary>The model, as soon as it is loaded.</summary>
    /// <exception cref="ModelUnusableException">The model folder is no good.</exception>
    public Task<LoadedModel> GetAsync(CancellationToken cancellationToken) =>
        _loaded.Value.WaitAsync(cancellationToken);

    /// <summary>Whether the model is there to be asked.</summary>
    public bool IsLoaded => _loaded is { IsValueCreated: true, Value.IsCompletedSuccessfully: true };

    /// <summary>The loaded model, for what runs on the device thread and so after loading.</summary>
    internal LoadedModel Loaded => _loaded.Value.IsCompletedSuccessfully
        ? _loaded.Value.Result
        : throw new InvalidOperationException("The model is not loaded.");

    /// <inheritdoc />
    Task IHostedService.StartAsync(CancellationToken cancellationToken) => GetAsync(cancellationToken);

    /// <inheritdoc />
    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static LoadedModel Load(
        TrainerOptions options, CheckpointFolders folders, DeviceWorker worker, ILogger logger)
    {
        try
        {
            Directory.CreateDirectory(folders.Root);
            TorchRuntime.EnsureLoaded(options.Threads > 0 ? options.Threads : null);
            var loaded = Open(options, folders, logger);
            worker.Attach(loaded);
            logger.ModelLoaded(
                loaded.Name, loaded.Device, loaded.Parameters, loaded.Config.ContextLength, loaded.Fingerprint);
            return loaded;
        }
        catch (ModelFormatException fault)
        {
            throw new ModelUnusableException(fault);
        }
        catch (PlacementException fault)
        {
            throw new UserErrorException(fault.Message, fault);
        }
        catch (Exception fault) when (!Directory.Exists(folders.Root)
            && fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"{folders.Root}: can't be made: {fault.Message} Choose another data folder, or mend its permissions.",
                fault);
        }
    }

    private static LoadedModel Open(TrainerOptions options, CheckpointFolders folders, ILogger logger)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = ModelFolder.Open(Path.GetFullPath(options.ModelFolder));
        var template = ChatTemplate.FromPretrained(folder.Path);
        var config = options.ContextLength > 0 && options.ContextLength < folder.Config.ContextLength
            ? folder.Config with { ContextLimit = options.ContextLength }
            : folder.Config;
        var (where, dtype) = Placement.Parse(options.Device, options.Dtype);
        var weights = CausalLM.Load(config, folder.Weights, where, dtype);
        var fingerprint = folder.Fingerprint;
        var engine = new GenerationEngine(weights, new GenerationOptions { Slots = options.Slots });
        return new LoadedModel
        {
            Folder = folder.Path,
            Fingerprint = fingerprint,
            Parameters = weights.Parameters.Length,
            Device = where.ToString(),
            Config = config,
            Tokenizer = folder.Tokenizer,
            Template = template,
            EndToken = Modeling.Training.EndToken.Find(folder.Path, folder.Tokenizer, config),
            Weights = weights,
            Engine = engine,
            Adapters = new AdapterCache(
                folders,
                options.MaxAdapters,
                path => LoadAdapter(path, config, fingerprint, where, logger),
                adapter =>
                {
                    engine.Forget(adapter);
                    adapter.Dispose();
                }),
        };
    }

    private static LoraAdapter LoadAdapter(
        string folder, ModelConfig config, string fingerprint, torch.Device device, ILogger logger)
    {
        using var scope = torch.NewDisposeScope();
        var adapter = AdapterFolder.Load(folder, config, fingerprint, device);
        logger.AdapterLoaded(folder);
        return adapter;
    }
}
