using System.Text.Json.Serialization;
using Sgasa.Api.Deployments;
using Sgasa.Api.Files;
using Sgasa.Api.Rounds;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Api;

/// <summary>What the coordinator is told and tells over HTTP, as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    Converters = [typeof(RecipeJsonConverter)])]
[JsonSerializable(typeof(IReadOnlyList<RoundSummary>))]
[JsonSerializable(typeof(RoundDetails))]
[JsonSerializable(typeof(RoundProgress))]
[JsonSerializable(typeof(AttackLog))]
[JsonSerializable(typeof(RoundSubmission))]
[JsonSerializable(typeof(SubmittedRound))]
[JsonSerializable(typeof(CancelledRound))]
[JsonSerializable(typeof(ServerInfo))]
[JsonSerializable(typeof(DeploymentStatus))]
[JsonSerializable(typeof(IReadOnlyList<MessageFault>))]
[JsonSerializable(typeof(HandledFaults))]
[JsonSerializable(typeof(IReadOnlyList<AdapterFile>))]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext;
