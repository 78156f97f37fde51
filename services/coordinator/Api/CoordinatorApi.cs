using System.Reflection;

namespace Sgasa.Coordinator.Api;

/// <summary>The HTTP API of the coordinator, version 1.</summary>
public static class CoordinatorApi
{
    /// <summary>The path that everything of this version lies under.</summary>
    public const string Root = "/v1";

    /// <summary>The name of the limit on how often a caller may send logs and start rounds.</summary>
    internal const string IntakeLimit = "intake";

    /// <summary>The version of the program behind the API.</summary>
    public static string Version { get; } = typeof(CoordinatorApi).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Maps every endpoint, each behind the gate.</summary>
    internal static void Map(IEndpointRouteBuilder endpoints)
    {
        var root = endpoints.MapGroup(Root).WithMetadata(new ApiEndpoint());
        ServerEndpoints.Map(root);
        LogEndpoints.Map(root);
        RoundEndpoints.Map(root);
        ExportEndpoints.Map(root);
        StatusEndpoints.Map(root);
        root.MapOpenApi("/openapi.json");
    }
}
