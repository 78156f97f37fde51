using System.Globalization;

namespace Sgasa.Contracts;

/// <summary>
/// The deterministic id of every artifact: the round and the artifact's place in it, so that writing it twice changes
/// nothing. Numbers are zero-padded, so ordinal order is the order of the work.
/// </summary>
public static class ArtifactIds
{
    /// <summary>The n-th logged prompt of a round, from 0.</summary>
    public static string AttackPrompt(string roundId, int index) => $"{roundId}/attack/{N(index)}";

    /// <summary>The n-th prompt of a round's evaluation suite, from 0.</summary>
    public static string EvaluationPrompt(string roundId, Label label, int index) =>
        $"{roundId}/test/{Lower(label)}/{N(index)}";

    /// <summary>One attempt at a guideline slot.</summary>
    public static string Guideline(string roundId, int slot, int attempt) =>
        $"{roundId}/guideline/{N(slot)}-{N(attempt)}";

    /// <summary>The n-th text of an augmentation batch.</summary>
    public static string AugmentedPrompt(string roundId, Label label, int batch, int place) =>
        $"{roundId}/prompt/{Lower(label)}/{N(batch)}-{N(place)}";

    /// <summary>One sampled response to a prompt.</summary>
    public static string Response(string roundId, string purpose, string promptId, int sample) =>
        $"{roundId}/response/{purpose}/{Place(roundId, promptId)}/{N(sample)}";

    /// <summary>The training pair made from a prompt.</summary>
    public static string Pair(string roundId, Stage stage, string promptId) =>
        $"{roundId}/pair/{Lower(stage)}/{Place(roundId, promptId)}";

    /// <summary>The checkpoint of a stage.</summary>
    public static string Checkpoint(string roundId, Stage stage) => $"{roundId}/checkpoint/{Lower(stage)}";

    /// <summary>The evaluation of one method.</summary>
    public static string Evaluation(string roundId, Method method) => $"{roundId}/evaluation/{Lower(method)}";

    /// <summary>The champion of a base model: one for all rounds.</summary>
    /// <param name="baseModel">The base model's fingerprint.</param>
    public static string Champion(string baseModel) => $"champion/{baseModel}";

    /// <summary>The receipt of a piece of work: what it published, so that a repeated command repeats the answer.</summary>
    /// <param name="roundId">The round.</param>
    /// <param name="work">The work, e.g. <c>BuildPairs Sft Harmful 0</c>: its receipt is <c>build-pairs/sft/harmful/00000</c>.</param>
    public static string Receipt(string roundId, string work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var words = work.Split(' ');
        return $"{roundId}/receipt/{string.Join('/', words.Skip(1).Select(Padded).Prepend(Kebab(words[0])))}";
    }

    private static string Place(string roundId, string artifactId) =>
        artifactId.StartsWith(roundId + "/", StringComparison.Ordinal) ? artifactId[(roundId.Length + 1)..] : artifactId;

    private static string Padded(string place) => string.Join('-', place.Split('-').Select(part =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? N(number) : part.ToLowerInvariant()));

    private static string Kebab(string name) => string.Concat(name.Select((letter, i) =>
        !char.IsUpper(letter) ? $"{letter}" : i == 0 ? $"{char.ToLowerInvariant(letter)}" : $"-{char.ToLowerInvariant(letter)}"));

    private static string N(int number) => number.ToString("D5", CultureInfo.InvariantCulture);

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
