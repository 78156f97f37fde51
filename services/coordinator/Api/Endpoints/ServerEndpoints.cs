using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Sgasa.Api.Deployments;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Coordinator.Api.Endpoints;

/// <summary>What the deployment is.</summary>
internal static class ServerEndpoints
{
    /// <summary>The version of the program behind the API.</summary>
    public static string Version { get; } = typeof(ServerEndpoints).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/server", InfoAsync).WithName("GetServer").WithSummary("The version, and the base model that rounds align.");

    /// <summary>The checkpoint that a model is best served with; null before a round has made one.</summary>
    public static async Task<string?> ChampionAsync(IArtifactStore artifacts, BaseModelInfo model, CancellationToken ct) =>
        (await artifacts.FindAsync<Champion>(ArtifactIds.Champion(model.Fingerprint), ct))?.CheckpointId;

    private static async Task<Ok<ServerInfo>> InfoAsync(IBaseModel model, IArtifactStore artifacts, CancellationToken ct)
    {
        try
        {
            var info = await model.GetAsync(ct);
            return TypedResults.Ok(
                new ServerInfo { Version = Version, Model = info, Champion = await ChampionAsync(artifacts, info, ct) });
        }
        catch (ModelUnavailableException fault)
        {
            return TypedResults.Ok(new ServerInfo { Version = Version, ModelFault = fault.Message });
        }
    }
}
