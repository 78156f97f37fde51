using System.Text.Json;
using Sgasa.Trainer.Jobs;

namespace Sgasa.Trainer.Sessions;

/// <summary>The file beside a saved training state that says whose it is.</summary>
internal static class TrainingStateFile
{
    private const string Name = "job.json";

    public static void Write(string folder, TrainingStateHeader header) =>
        File.WriteAllBytes(
            Path.Combine(folder, Name),
            JsonSerializer.SerializeToUtf8Bytes(header, JobJson.Default.TrainingStateHeader));

    /// <summary>The header, or null where there is none that can be read.</summary>
    public static TrainingStateHeader? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(
                File.ReadAllBytes(Path.Combine(folder, Name)), JobJson.Default.TrainingStateHeader);
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            return null;
        }
    }
}
