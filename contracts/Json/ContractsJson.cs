using System.Text.Json.Serialization;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Contracts;

/// <summary>
/// The contracts as JSON, generated at compile time: camelCase names, enums as words, members it does not know are
/// skipped so that an older program reads what a newer one wrote.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    Converters = [typeof(RecipeJsonConverter)])]
[JsonSerializable(typeof(Recipe))]
[JsonSerializable(typeof(EvaluationCounts))]
[JsonSerializable(typeof(RoundSpecification))]
[JsonSerializable(typeof(AttackPrompt))]
[JsonSerializable(typeof(EvaluationPrompt))]
[JsonSerializable(typeof(Guideline))]
[JsonSerializable(typeof(AugmentedPrompt))]
[JsonSerializable(typeof(SftPair))]
[JsonSerializable(typeof(PreferencePair))]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(Champion))]
[JsonSerializable(typeof(JudgedResponse))]
[JsonSerializable(typeof(Evaluation))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(SynthesizeGuideline))]
[JsonSerializable(typeof(AugmentPrompts))]
[JsonSerializable(typeof(BuildPairs))]
[JsonSerializable(typeof(TrainCheckpoint))]
[JsonSerializable(typeof(EvaluateCheckpoint))]
[JsonSerializable(typeof(GuidelineSynthesized))]
[JsonSerializable(typeof(PromptAugmented))]
[JsonSerializable(typeof(PairBuilt))]
[JsonSerializable(typeof(TrainingProgressed))]
[JsonSerializable(typeof(CheckpointReady))]
[JsonSerializable(typeof(TrainingFailed))]
[JsonSerializable(typeof(CheckpointEvaluated))]
[JsonSerializable(typeof(WorkFailed))]
[JsonSerializable(typeof(CheckpointPromoted))]
[JsonSerializable(typeof(RoundCompleted))]
[JsonSerializable(typeof(RoundFailed))]
public sealed partial class ContractsJson : JsonSerializerContext;
