using System.Text.Json.Serialization;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator;

/// <summary>What the coordinator tells over HTTP, as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<RoundSummary>))]
[JsonSerializable(typeof(RoundDetails))]
[JsonSerializable(typeof(RoundProgress))]
public sealed partial class CoordinatorJson : JsonSerializerContext;
