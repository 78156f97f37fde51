using System.Security.Cryptography;
using System.Text;
using Sgasa.Contracts;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Model;

namespace Sgasa.Trainer.Sessions;

/// <summary>A job's examples as token ids, without those that are too long.</summary>
internal sealed class TrainingPlan
{
    private TrainingPlan(
        string identity,
        int maxLength,
        int epochs,
        IReadOnlyList<SftExample> sft,
        IReadOnlyList<PreferenceExample> preferences,
        int tooLong)
    {
        (Identity, MaxLength, Epochs, TooLong) = (identity, maxLength, epochs, tooLong);
        (Sft, Preferences) = (sft, preferences);
        TokensPerEpoch = sft.Sum(e => (long)e.PromptIds.Count + e.CompletionIds.Count)
            + preferences.Sum(e => 2L * e.PromptIds.Count + e.ChosenIds.Count + e.RejectedIds.Count);
    }

    /// <summary>SHA-256 over all that the outcome depends on.</summary>
    public string Identity { get; }

    /// <summary>Longest sequence, in tokens.</summary>
    public int MaxLength { get; }

    /// <summary>Passes over the examples.</summary>
    public int Epochs { get; }

    /// <summary>Examples of an SFT job.</summary>
    public IReadOnlyList<SftExample> Sft { get; }

    /// <summary>Examples of a DPO job.</summary>
    public IReadOnlyList<PreferenceExample> Preferences { get; }

    /// <summary>Examples that are trained on.</summary>
    public int Count => Sft.Count + Preferences.Count;

    /// <summary>Examples left out.</summary>
    public int TooLong { get; }

    /// <summary>Tokens through the policy in one pass over the examples.</summary>
    public long TokensPerEpoch { get; }

    /// <summary>Encodes a job's examples.</summary>
    /// <exception cref="TrainingFailedException">Nothing is left to train on.</exception>
    public static TrainingPlan Make(
        string jobId, TrainingSpecification specification, TrainingData data, LoadedModel model)
    {
        var encoder = new ExampleEncoder(model);
        var maxLength = TrainingSettings.MaxLength(specification.Training, model.Config);
        SftExample[] sft = [];
        PreferenceExample[] preferences = [];
        if (specification.Stage == Stage.Sft)
            sft =
            [
                .. data.Examples.Select(encoder.Sft)
                    .Where(e => e.PromptIds.Count + e.CompletionIds.Count <= maxLength),
            ];
        else
            preferences =
            [
                .. data.Examples.Select(encoder.Preference)
                    .Where(e => e.PromptIds.Count + Math.Max(e.ChosenIds.Count, e.RejectedIds.Count) <= maxLength),
            ];
        var left = sft.Length + preferences.Length;
        if (left == 0)
            throw new TrainingFailedException(data.Examples.Count == 0
                ? "There are no examples to train on."
                : $"All {data.Examples.Count} examples are longer than {maxLength} tokens; raise maxLength in the "
                    + "recipe, or use a model with a longer context.");
        return new TrainingPlan(
            Identify(jobId, specification, data, model),
            maxLength, specification.Training.Epochs, sft, preferences, data.Examples.Count - left);
    }

    private static string Identify(
        string jobId, TrainingSpecification specification, TrainingData data, LoadedModel model) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Join('\n', jobId, specification.ToJson(), data.Hash, model.Fingerprint))));
}
