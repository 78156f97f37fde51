using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Sgasa.Artifacts.Files;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Api;
using Sgasa.Coordinator.Intake;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting.Bus;

namespace Sgasa.Coordinator;

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
[JsonSerializable(typeof(IReadOnlyList<QueueFault>))]
[JsonSerializable(typeof(HandledFaults))]
[JsonSerializable(typeof(IReadOnlyList<StoredFile>))]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(ProblemDetails))]
public sealed partial class CoordinatorJson : JsonSerializerContext;
