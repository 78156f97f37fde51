using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts;

/// <summary>How one kind of artifact is stored: its table or collection, and the version of its shape.</summary>
/// <param name="Type">The artifact's type.</param>
/// <param name="Table">The name of the table, or of the collection.</param>
/// <param name="Schema">Raised when an older program could no longer read what is written.</param>
internal sealed record ArtifactKind(Type Type, string Table, int Schema)
{
    public static IReadOnlyList<ArtifactKind> All { get; } =
    [
        new(typeof(RoundSpecification), "round_specification", 1),
        new(typeof(AttackPrompt), "attack_prompt", 1),
        new(typeof(EvaluationPrompt), "evaluation_prompt", 1),
        new(typeof(Guideline), "guideline", 1),
        new(typeof(AugmentedPrompt), "augmented_prompt", 1),
        new(typeof(SftPair), "sft_pair", 1),
        new(typeof(PreferencePair), "preference_pair", 1),
        new(typeof(Checkpoint), "checkpoint", 1),
        new(typeof(JudgedResponse), "judged_response", 1),
        new(typeof(Evaluation), "evaluation", 1),
        new(typeof(Receipt), "receipt", 1),
        new(typeof(Champion), "champion", 1),
    ];

    public static ArtifactKind Of<T>() where T : class, IArtifact => Cache<T>.Kind;

    public static string Write<T>(T artifact) where T : class, IArtifact =>
        JsonSerializer.Serialize(artifact, Cache<T>.TypeInfo);

    public static T Read<T>(string json) where T : class, IArtifact =>
        JsonSerializer.Deserialize(json, Cache<T>.TypeInfo)
        ?? throw new InvalidDataException($"A stored {typeof(T).Name} is the JSON word null.");

    public static T Read<T>(ReadOnlySpan<byte> json) where T : class, IArtifact =>
        JsonSerializer.Deserialize(json, Cache<T>.TypeInfo)
        ?? throw new InvalidDataException($"A stored {typeof(T).Name} is the JSON word null.");

    private static class Cache<T> where T : class, IArtifact
    {
        public static readonly ArtifactKind Kind = All.FirstOrDefault(k => k.Type == typeof(T))
            ?? throw new NotSupportedException($"{typeof(T).Name} has no table: add it to {nameof(ArtifactKind)}.");

        public static readonly JsonTypeInfo<T> TypeInfo =
            (JsonTypeInfo<T>)(ContractsJson.Default.GetTypeInfo(typeof(T))
            ?? throw new NotSupportedException($"{typeof(T).Name} is missing from {nameof(ContractsJson)}."));
    }
}
