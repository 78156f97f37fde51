using Microsoft.AspNetCore.Http.HttpResults;
using Sgasa.Api;
using Sgasa.Api.Deployments;
using Sgasa.Artifacts;
using Sgasa.Coordinator.Api.Problems;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Coordinator.Api.Endpoints;

/// <summary>How the deployment is doing, and what was given up in it.</summary>
internal static class StatusEndpoints
{
    private const int MostFaults = 1_000;
    private const string Coordinator = "coordinator";

    // Who consumes a queue is who runs its service.
    private static readonly (string Queue, string Service)[] Consumers =
    [
        ("advance-round", Coordinator),
        ("synthesize-guideline", "synthesizer"),
        ("augment-prompts", "augmenter"),
        ("build-pairs", "augmenter"),
        ("train-checkpoint", "trainer"),
        ("evaluate-checkpoint", "evaluator"),
    ];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/status", StatusAsync).WithName("GetStatus").WithSummary("Services, replicas, queues and the model.");
        api.MapGet("/faults", ListAsync).WithName("ListFaults").WithSummary("Messages that were given up, never their text.");
        api.MapPost("/faults/{idOrQueue}/requeue", RequeueAsync)
            .WithName("RequeueFaults")
            .WithSummary("Puts given-up messages back: one by its id, or all of a queue by its name.");
        api.MapDelete("/faults/{idOrQueue}", DropAsync)
            .WithName("DropFaults")
            .WithSummary("Forgets given-up messages: one by its id, or all of a queue by its name.");
    }

    private static async Task<Ok<DeploymentStatus>> StatusAsync(
        IBaseModel model, IRoundStore rounds, IArtifactStore artifacts, IBrokerQueues broker, CancellationToken ct)
    {
        var queues = await broker.ListAsync(ct);
        var (known, fault) = await ModelAsync(model, ct);
        return TypedResults.Ok(new DeploymentStatus
        {
            Version = ServerEndpoints.Version,
            Model = known,
            ModelFault = fault,
            Champion = known is null ? null : await ServerEndpoints.ChampionAsync(artifacts, known, ct),
            Services =
            [
                .. from consumer in Consumers
                   group consumer.Queue by consumer.Service into service
                   select new ServiceStatus
                   {
                       Service = service.Key,
                       Replicas = queues.Where(q => service.Contains(q.Name)).Max(q => q.Consumers),
                       // Only this one says what it is; the others speak through their queues.
                       Version = service.Key == Coordinator ? ServerEndpoints.Version : null,
                   },
            ],
            Queues = [.. queues.Select(Queue)],
            RunningRounds = (await rounds.ListAsync(ct)).Count(r => r.Status == nameof(RoundStatus.Running)),
        });
    }

    private static async Task<Ok<IReadOnlyList<MessageFault>>> ListAsync(
        IBrokerQueues broker, int? limit, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<MessageFault>>(
            [.. (await broker.ListFaultsAsync(Math.Clamp(limit ?? 100, 1, MostFaults), ct)).Select(Fault)]);

    private static async Task<Ok<HandledFaults>> RequeueAsync(string idOrQueue, IBrokerQueues broker, CancellationToken ct) =>
        TypedResults.Ok(new HandledFaults(Found(await broker.RequeueAsync(ApiIds.Word(idOrQueue), ct))));

    private static async Task<Ok<HandledFaults>> DropAsync(string idOrQueue, IBrokerQueues broker, CancellationToken ct) =>
        TypedResults.Ok(new HandledFaults(Found(await broker.DropAsync(ApiIds.Word(idOrQueue), ct))));

    private static QueueStatus Queue(QueueState queue) => new()
    {
        Name = queue.Name,
        Waiting = queue.Waiting,
        Consumers = queue.Consumers,
        Faulted = queue.Faulted,
    };

    private static MessageFault Fault(QueueFault fault) => new()
    {
        Id = fault.Id,
        Queue = fault.Queue,
        MessageType = fault.MessageType,
        RoundId = fault.RoundId,
        Work = fault.Work,
        Reason = fault.Reason,
        FaultedAt = fault.FaultedAt,
    };

    private static int Found(int count) => count > 0 ? count : throw new ApiRefusedException(
        StatusCodes.Status404NotFound, "No given-up message has that id, and no queue of that name has any. List the faults.");

    private static async Task<(BaseModelInfo? Model, string? Fault)> ModelAsync(IBaseModel model, CancellationToken ct)
    {
        try
        {
            return (await model.GetAsync(ct), null);
        }
        catch (ModelUnavailableException fault)
        {
            return (null, fault.Message);
        }
    }
}
