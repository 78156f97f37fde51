using System.Diagnostics;
using System.Text.RegularExpressions;
using k8s.Models;
using Sgasa.Deploy.Tests.Kustomize;
using Sgasa.Deploy.Tests.Support;

namespace Sgasa.Deploy.Tests;

/// <summary>The repository names secrets and holds none.</summary>
public sealed partial class SecretTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sgasa-secrets");

    public static TheoryData<string> All => [.. Overlays.Names];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(All))]
    public void Overlay_EachSecretValue_IsLeftEmptyOrAName(string overlay)
    {
        foreach (var secret in Overlays.Of(overlay).Objects.OfType<V1Secret>())
        {
            secret.Data.ShouldBeNull();
            secret.StringData.ShouldNotBeEmpty();
            foreach (var (key, value) in secret.StringData)
            {
                (value.Length == 0 || key.EndsWith("USERNAME", StringComparison.OrdinalIgnoreCase)
                    || value.Contains("<MONGO_INITDB_ROOT_PASSWORD>", StringComparison.Ordinal)).ShouldBeTrue(key);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Overlay_NoSettingOutsideOfSecrets_LooksLikeOne(string overlay)
    {
        var all = Overlays.Of(overlay);

        foreach (var service in all.Services.Keys)
            all.SettingsOf(service).Keys.ShouldAllBe(k => !Secret().IsMatch(k), service);
    }

    [Fact]
    public void Git_IgnoresWhatTheScriptWrites() =>
        File.ReadAllLines(Path.Combine(Repository.Kubernetes, ".gitignore")).ShouldContain("overlays/*/secrets/*.env");

    [Theory]
    [MemberData(nameof(All))]
    public async Task NewSecrets_FillsEveryExampleOnce_AndKeepsWhatIsThere(string overlay)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script needs a Unix shell.");
        var script = Path.Combine(_folder.FullName, "new-secrets");
        var secrets = Path.Combine(_folder.FullName, "overlays", overlay, "secrets");
        File.Copy(Path.Combine(Repository.Kubernetes, "new-secrets"), script);
        Directory.CreateDirectory(secrets);
        foreach (var example in Directory.EnumerateFiles(
            Path.Combine(Repository.Kubernetes, "overlays", overlay, "secrets"), "*.example"))
        {
            File.Copy(example, Path.Combine(secrets, Path.GetFileName(example)));
        }

        (await RunAsync(script, overlay)).ShouldBe(0);
        var first = Written(secrets);
        (await RunAsync(script, overlay)).ShouldBe(0);

        Written(secrets).ShouldBe(first);
        var values = first.Values.SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        values.ShouldAllBe(v => Filled().IsMatch(v));
        first.Keys.ShouldBe(
            Directory.EnumerateFiles(secrets, "*.example").Select(e => e[..^".example".Length]), ignoreOrder: true);
        foreach (var file in first.Keys)
        {
            if (!OperatingSystem.IsWindows())
                File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        if (overlay == "development")
        {
            var password = EnvFileOf(first, "mongodb-root.env")["MONGO_INITDB_ROOT_PASSWORD"];
            EnvFileOf(first, "database.env")["Store__ConnectionString"].ShouldContain($":{password}@mongodb:27017/");
        }
    }

    private static Dictionary<string, string> EnvFileOf(Dictionary<string, string> files, string name) =>
        files.Single(f => Path.GetFileName(f.Key) == name).Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1]);

    private static Dictionary<string, string> Written(string folder) =>
        Directory.EnumerateFiles(folder, "*.env").Order(StringComparer.Ordinal).ToDictionary(f => f, File.ReadAllText);

    private static async Task<int> RunAsync(string script, string overlay)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [script, overlay]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    [GeneratedRegex("(Password|Secret|ApiKey|ConnectionString|Token)", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex("^[A-Za-z0-9_]+=(sgasa|[0-9a-f]{48}|mongodb://sgasa:[0-9a-f]{48}@[^<>]+)$")]
    private static partial Regex Filled();
}
