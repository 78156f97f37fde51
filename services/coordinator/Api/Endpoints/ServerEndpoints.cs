using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Sgasa.Api.Deployments;
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

    private static async Task<Ok<ServerInfo>> InfoAsync(IBaseModel model, CancellationToken ct)
    {
        try
        {
            return TypedResults.Ok(new ServerInfo { Version = Version, Model = await model.GetAsync(ct) });
        }
        catch (ModelUnavailableException fault)
        {
            return TypedResults.Ok(new ServerInfo { Version = Version, ModelFault = fault.Message });
        }
    }
}
