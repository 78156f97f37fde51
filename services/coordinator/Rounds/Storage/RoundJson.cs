using System.Text.Json.Serialization;
using Sgasa.Contracts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>How rounds are written to the store.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    Converters = [typeof(RecipeJsonConverter)],
    // Nulls only: a recipe's explicit zero must not come back as the property's default.
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredRound))]
[JsonSerializable(typeof(RoundState))]
[JsonSerializable(typeof(KeepTestPrompts))]
[JsonSerializable(typeof(KeepEvaluation))]
[JsonSerializable(typeof(StopTraining))]
internal sealed partial class RoundJson : JsonSerializerContext;
