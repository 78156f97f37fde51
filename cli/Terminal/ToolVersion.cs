using System.Reflection;

namespace Sgasa.Cli.Terminal;

/// <summary>The tool's version.</summary>
internal static class ToolVersion
{
    /// <summary>The version, as it is shown.</summary>
    public static string Current { get; } = typeof(ToolVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>What is wrong between this tool's version and a server's; null where they fit.</summary>
    public static string? FaultOf(string serverVersion) =>
        Release(serverVersion) == Release(Current)
            ? null
            : $"warning: the server is version {serverVersion}, this tool {Current}: use a tool of the " +
                "server's version if something looks wrong";

    private static string Release(string version) => string.Join('.', version.Split('.').Take(2));
}
