using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sgasa.Artifacts.Files;
using Sgasa.Contracts;
using Sgasa.Contracts.Grpc;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Specifications;

namespace Sgasa.Trainer.Serving;

/// <summary>Reads a job that came over gRPC, checking every field.</summary>
internal static partial class TrainingRequests
{
    private const int MostSettings = 65_536;
    private const int MostName = 4_096;

    // Nobody gets the checkpoints of a run here: the newest and the best are kept, to go on from and to end with.
    private const int Kept = 1;

    /// <summary>The job's specification, but for the hash over its files.</summary>
    /// <exception cref="UserErrorException">A field is missing or out of range; the message names it.</exception>
    public static TrainingSpecification Read(TrainingJobSpec job)
    {
        CheckpointFolders.Relative(job.JobId);
        if (job.JobId.Contains('/', StringComparison.Ordinal))
            throw new UserErrorException($"job_id '{job.JobId}' is one of a round's: take a plain name.");
        if (job.ParentCheckpointId.Length > 0) CheckpointFolders.Relative(job.ParentCheckpointId);
        if (job.Stage is not ("sft" or "dpo"))
            throw new UserErrorException($"stage '{Shown(job.Stage)}' is unknown: write sft or dpo.");
        if (job.BaseModelName.Length > MostName)
            throw new UserErrorException($"base_model_name has {job.BaseModelName.Length} characters: give at most {MostName}.");

        var lora = Settings("lora_json", job.LoraJson, SettingsJson.ReadLora);
        return new TrainingSpecification
        {
            ParentCheckpointId = job.ParentCheckpointId.Length > 0 ? job.ParentCheckpointId : null,
            Lora = lora,
            Sft = job.Stage == "sft" ? Settings("arguments_json", job.ArgumentsJson, SettingsJson.ReadSft) with { SaveTotalLimit = Kept } : null,
            Dpo = job.Stage == "dpo" ? Settings("arguments_json", job.ArgumentsJson, SettingsJson.ReadDpo) with { SaveTotalLimit = Kept } : null,
            Seed = job.Seed,
            Upload = Upload(job),
        };
    }

    /// <summary>The files that the job names.</summary>
    public static IReadOnlyList<StoredFile> Files(TrainingJobSpec job) =>
        [.. job.Files.Select(file => new StoredFile(file.Name, file.Length, file.Sha256))];

    private static TrainingUpload Upload(TrainingJobSpec job)
    {
        var names = job.Files.Select(file => file.Name).Order(StringComparer.Ordinal).ToList();
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count)
            throw new UserErrorException("files names one file twice: name each once.");
        if (job.Files.FirstOrDefault(file => file.Length <= 0 || !Sha256().IsMatch(file.Sha256)) is { } unknown)
            throw new UserErrorException($"files tells no length or hash of '{Shown(unknown.Name)}': give both.");
        var train = names.Where(IsTrain).ToList();
        var eval = names.Where(IsEval).ToList();
        if (train.Count == 0)
            throw new UserErrorException("files names no data set to train on: upload one as train-000-data.jsonl.");
        var adapter = names.Intersect(TrainingUploads.AdapterFiles).Count();
        if (adapter == 1)
            throw new UserErrorException($"files names half an adapter: give {string.Join(" and ", TrainingUploads.AdapterFiles)}.");
        if (adapter > 0 && job.ParentCheckpointId.Length > 0)
            throw new UserErrorException("The job brings an adapter and names parent_checkpoint_id, too: give one to start from.");
        if (job.EvalSplit is not (>= 0 and < 1))
            throw new UserErrorException($"eval_split is {job.EvalSplit}: give from 0, for none, to below 1.");
        if (job.EvalSplit > 0 && eval.Count > 0)
            throw new UserErrorException("The job brings data for evaluation and says eval_split, too: give one of the two.");
        return new TrainingUpload
        {
            Train = train,
            Eval = eval,
            EvalSplit = job.EvalSplit > 0 ? job.EvalSplit : null,
            SplitSeed = job.Seed,
            TextsAsChat = job.TextsAsChat,
            HasAdapter = adapter > 0,
            BaseModelName = job.BaseModelName.Length > 0 ? job.BaseModelName : null,
            Hash = "",
        };
    }

    private static T Settings<T>(string field, string json, Func<string, T> read) where T : IValidatableObject
    {
        if (json.Length > MostSettings)
            throw new UserErrorException($"{field} has {json.Length} characters: give at most {MostSettings}.");
        try
        {
            var settings = read(json);
            Validator.ValidateObject(settings, new ValidationContext(settings), validateAllProperties: true);
            return settings;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new UserErrorException($"{field}: {FirstLine(fault.Message)}", fault);
        }
        catch (ValidationException fault)
        {
            throw new UserErrorException($"{field}: {fault.Message}", fault);
        }
    }

    private static bool IsTrain(string name) => name.StartsWith("train-", StringComparison.Ordinal);

    private static bool IsEval(string name) => name.StartsWith("eval-", StringComparison.Ordinal);

    private static string FirstLine(string text) => text.ReplaceLineEndings("\n").Split('\n')[0];

    private static string Shown(string text) =>
        text.Length <= 40 ? text.ReplaceLineEndings(" ") : text[..40].ReplaceLineEndings(" ") + "…";

    [GeneratedRegex("^[0-9a-f]{64}\\z")]
    private static partial Regex Sha256();
}
