using System.Text.Json;
using Sgasa.Contracts;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting.ModelClients;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Trainer.Tests;

/// <summary>A job from outside a round, with the data set that is sent with it.</summary>
/// <param name="Job">The job.</param>
/// <param name="Rows">The data set, as JSON Lines.</param>
internal sealed record SentJob(TrainingJobSpec Job, IReadOnlyList<string> Rows)
{
    public static SentJob Sft(
        string jobId, IEnumerable<(string Prompt, string Completion)> rows, SftConfig? arguments = null, LoraConfig? lora = null) => new(
            new TrainingJobSpec
            {
                JobId = jobId,
                Stage = "sft",
                Seed = 7,
                LoraJson = SettingsJson.Write(lora ?? new LoraConfig()),
                ArgumentsJson = SettingsJson.Write(arguments ?? new SftConfig()),
                TextsAsChat = true,
            },
            [.. rows.Select(row => Json(new() { ["prompt"] = row.Prompt, ["completion"] = row.Completion }))]);

    public static SentJob Dpo(
        string jobId, string parent, IEnumerable<(string Prompt, string Chosen, string Rejected)> rows, DpoConfig? arguments = null) => new(
            new TrainingJobSpec
            {
                JobId = jobId,
                Stage = "dpo",
                Seed = 7,
                ParentCheckpointId = parent,
                ArgumentsJson = SettingsJson.Write(arguments ?? new DpoConfig()),
                TextsAsChat = true,
            },
            [
                .. rows.Select(row => Json(
                    new() { ["prompt"] = row.Prompt, ["chosen"] = row.Chosen, ["rejected"] = row.Rejected })),
            ]);

    /// <summary>Sends data and job.</summary>
    public async Task<TrainingJob> SubmitAsync(Training.TrainingClient training)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(path, Rows, TestContext.Current.CancellationToken);
            return await new TrainingJobClient(training, TimeProvider.System, _ => { }).SubmitAsync(
                Job, [new FileToSend("train-000-data.jsonl", path)], null, TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Json(Dictionary<string, string> row) => JsonSerializer.Serialize(row);
}
