using System.ComponentModel.DataAnnotations;
using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Model;
using Sgasa.Trainer.Specifications;
using TorchSharp;

namespace Sgasa.Trainer.Trainings;

/// <summary>Fine-tunings of the model that this trainer has loaded.</summary>
internal sealed class ModelTrainings(
    ModelRuntime runtime, CheckpointFolders folders, ILogger<ModelTrainings> logger) : ITrainings
{
    public async Task<string> BaseModelAsync(CancellationToken cancellationToken) =>
        (await runtime.GetAsync(cancellationToken)).Fingerprint;

    public async Task<TrainingSets> EncodeAsync(
        TrainingSpecification specification, TrainingData data, CancellationToken cancellationToken)
    {
        var model = await runtime.GetAsync(cancellationToken);
        try
        {
            return specification.Upload is { } upload
                ? await Task.Run(
                    () => TrainingSets.LoadAsync(
                        upload.FilesIn(data.Folder!), specification.Arguments,
                        ExampleEncoder.FromPretrained(model.Folder, model.Tokenizer, model.Config, upload.TextsAsChat),
                        cancellationToken),
                    cancellationToken)
                : await Task.Run(() => Sampled(model, specification.Stage, data.Examples), cancellationToken);
        }
        catch (DatasetException fault)
        {
            // Whoever sent the files knows them by their names.
            throw new TrainingFailedException(
                fault.Message.Replace(data.Folder! + Path.DirectorySeparatorChar, "", StringComparison.Ordinal), fault);
        }
        catch (ChatTemplateException fault)
        {
            throw new TrainingFailedException(
                $"The model's chat template refuses a training prompt: {fault.Message}", fault);
        }
    }

    public IFineTuningRun Open(
        string jobId, TrainingSpecification specification, TrainingData data, TrainingSets sets, string folder)
    {
        try
        {
            return Open(specification, data, sets, folder);
        }
        catch (Exception fault) when (fault is ModelFormatException or TrainingFolderException { HoldsAnotherRun: true })
        {
            logger.StateUnusable(fault, jobId);
            Directory.Delete(folder, recursive: true);
            return Open(specification, data, sets, folder);
        }
    }

    private AdapterFineTuning Open(TrainingSpecification specification, TrainingData data, TrainingSets sets, string folder)
    {
        using var scope = torch.NewDisposeScope();
        var model = runtime.Loaded;
        var begun = Begun(specification, data, model);
        try
        {
            var policy = begun
                ?? LoraAdapter.Create(model.Config, specification.Lora, specification.Seed, model.Weights.Device);
            return AdapterFineTuning.Open(
                model.Weights, policy, isFresh: begun is null, sets, specification.Arguments,
                new FineTuningRunOptions
                {
                    OutputFolder = folder,
                    BaseModel = specification.Upload?.BaseModelName ?? model.Folder,
                    BaseModelFingerprint = model.Fingerprint,
                    TensorBoard = false,
                });
        }
        catch (Exception fault) when (fault is ArgumentException or ValidationException)
        {
            throw new TrainingFailedException(UserErrorException.Sentence(fault), fault);
        }
    }

    /// <summary>The adapter to begin with; null where that is a fresh one.</summary>
    private LoraAdapter? Begun(TrainingSpecification specification, TrainingData data, LoadedModel model)
    {
        if (specification.Upload is { HasAdapter: true })
            return AdapterFolder.Load(data.Folder!, model.Config, model.Fingerprint, model.Weights.Device);
        if (specification.ParentCheckpointId is not { } parent) return null;
        var folder = folders.FolderOf(parent);
        return File.Exists(Path.Combine(folder, AdapterFolder.ConfigName))
            ? AdapterFolder.Load(folder, model.Config, model.Fingerprint, model.Weights.Device)
            : throw new CheckpointNotFoundException(parent, folder);
    }

    /// <summary>
    /// Responses that the model gave, as what it is to learn: encoded as for sampling, so that training continues exactly what that began.
    /// </summary>
    private static TrainingSets Sampled(LoadedModel model, Stage stage, IReadOnlyList<TrainingExample> examples)
    {
        var encoder = new ExampleEncoder(model.Tokenizer, model.Template, model.EndToken);
        return stage == Stage.Sft
            ? TrainingSets.Of([.. examples.Select(e => encoder.Sampled(e.Prompt, e.Completion))])
            : TrainingSets.Of([.. examples.Select(e => encoder.Sampled(e.Prompt, e.Completion, e.Rejected!))]);
    }
}
