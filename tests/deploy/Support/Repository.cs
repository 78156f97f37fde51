namespace Sgasa.Deploy.Tests.Support;

/// <summary>The repository that the tests run in.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The Kubernetes manifests.</summary>
    public static string Kubernetes { get; } = In("deploy/kubernetes");

    /// <summary>A path in it, given with forward slashes.</summary>
    public static string In(string path) => Path.Combine(Root, path);

    /// <summary>A file's path from the root, for messages.</summary>
    public static string Name(string path) => Path.GetRelativePath(Root, path);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SGASA.sln")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))
                ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder;
    }
}
