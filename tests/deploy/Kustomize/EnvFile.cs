namespace Sgasa.Deploy.Tests.Kustomize;

/// <summary>Files of <c>KEY=value</c> lines.</summary>
internal static class EnvFile
{
    /// <summary>The settings of a file in its order; of a secret that is not made yet, those of its example.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string path)
    {
        var lines = File.ReadAllLines(path.Contains("/secrets/", StringComparison.Ordinal) ? path + ".example" : path);
        var settings = lines.Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('=', 2)).ToList();
        settings.ShouldAllBe(s => s.Length == 2, path);
        settings.Select(s => s[0]).ShouldBeUnique(path);
        return [.. settings.Select(s => KeyValuePair.Create(s[0], s[1]))];
    }
}
