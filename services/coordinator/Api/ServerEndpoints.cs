using Microsoft.AspNetCore.Http.HttpResults;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Coordinator.Api;

/// <summary>What the deployment is.</summary>
internal static class ServerEndpoints
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/server", InfoAsync).WithName("GetServer").WithSummary("The version, and the base model that rounds align.");

    private static async Task<Ok<ServerInfo>> InfoAsync(IBaseModel model, CancellationToken ct)
    {
        try
        {
            return TypedResults.Ok(new ServerInfo { Version = CoordinatorApi.Version, Model = await model.GetAsync(ct) });
        }
        catch (ModelUnavailableException fault)
        {
            return TypedResults.Ok(new ServerInfo { Version = CoordinatorApi.Version, ModelFault = fault.Message });
        }
    }
}
