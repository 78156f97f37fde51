using System.Text;
using Sgasa.Contracts;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting.Recipes;
using Sgasa.Trainer.Checkpoints;

namespace Sgasa.Trainer.Jobs;

/// <summary>Reads a job that came over gRPC, checking every field.</summary>
internal static class TrainingRequests
{
    /// <summary>The job's specification.</summary>
    /// <exception cref="UserErrorException">A field is missing or out of range; the message names it.</exception>
    public static TrainingSpecification Read(TrainingJobSpec job)
    {
        var folder = CheckpointFolders.Relative(job.JobId);
        var stage = job.Stage switch
        {
            "sft" => Stage.Sft,
            "dpo" => Stage.Dpo,
            _ => throw new UserErrorException($"stage '{Shown(job.Stage)}' is unknown: write sft or dpo."),
        };
        if (folder.EndsWith("/sft", StringComparison.Ordinal) && stage == Stage.Dpo
            || folder.EndsWith("/dpo", StringComparison.Ordinal) && stage == Stage.Sft)
            throw new UserErrorException(
                $"job_id '{job.JobId}' is not one of a {job.Stage} job: end it in {job.Stage}.");
        if (job.ParentCheckpointId.Length > 0) CheckpointFolders.Relative(job.ParentCheckpointId);
        var (wanted, other) = stage == Stage.Sft
            ? (job.Sft.Count, job.Preferences.Count)
            : (job.Preferences.Count, job.Sft.Count);
        if (wanted == 0 || other > 0)
            throw new UserErrorException(stage == Stage.Sft
                ? "An sft job takes examples in the field sft, at least one, and none in preferences."
                : "A dpo job takes examples in the field preferences, at least one, and none in sft.");
        return new TrainingSpecification
        {
            RoundId = job.RoundId,
            Stage = stage,
            ParentCheckpointId = job.ParentCheckpointId.Length > 0 ? job.ParentCheckpointId : null,
            Recipe = ReadRecipe(job.RecipeJson),
            Seed = job.Seed,
            Examples = stage == Stage.Sft
                ? [.. job.Sft.Select(e => new TrainingExample(e.Prompt, e.Completion))]
                : [.. job.Preferences.Select(e => new TrainingExample(e.Prompt, e.Chosen, e.Rejected))],
        };
    }

    private static Recipe ReadRecipe(string json) =>
        json.Length == 0 ? new Recipe() : RecipeFile.Parse(Encoding.UTF8.GetBytes(json), "recipe.json");

    private static string Shown(string text) =>
        text.Length <= 40 ? text.ReplaceLineEndings(" ") : text[..40].ReplaceLineEndings(" ") + "…";
}
