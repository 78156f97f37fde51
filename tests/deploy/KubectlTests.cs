using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sgasa.Deploy.Tests.Kustomize;
using Sgasa.Deploy.Tests.Support;

namespace Sgasa.Deploy.Tests;

/// <summary>Where kubectl is installed: our building of the overlays is its.</summary>
public sealed partial class KubectlTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sgasa-kubectl");

    public static TheoryData<string> All => [.. Overlays.Names];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(All))]
    public async Task Kustomize_Overlay_IsWhatWeBuilt(string overlay)
    {
        var ours = Overlays.Of(overlay).Resources.Select(Comparable).ToList();
        Copy(Repository.Kubernetes, _folder.FullName);
        var theirs = Path.Combine(_folder.FullName, "built.yaml");

        await File.WriteAllTextAsync(theirs, await KubectlAsync(Path.Combine(_folder.FullName, "overlays", overlay)),
            TestContext.Current.CancellationToken);

        var others = StrictYaml.ReadAll(theirs).Select(Comparable).ToList();
        others.Except(ours).ShouldBeEmpty();
        others.Count.ShouldBe(ours.Count);
    }

    private static async Task<string> KubectlAsync(string folder)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("kubectl", ["kustomize", folder]) { RedirectStandardOutput = true })!;
            var built = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            process.ExitCode.ShouldBe(0);
            return built;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("kubectl is not installed.");
            throw;
        }
    }

    /// <summary>Copies the manifests with each secret's example in the secret's place.</summary>
    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/secrets/", StringComparison.Ordinal) || f.EndsWith(".example", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            target = target.EndsWith(".example", StringComparison.Ordinal) ? target[..^".example".Length] : target;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>A resource in one order, with the names before their hashes and without secrets' encoding.</summary>
    private static string Comparable(JsonObject resource)
    {
        var copy = (JsonObject)resource.DeepClone();
        if ((string?)copy["kind"] == "Secret")
        {
            copy["data"] = new JsonArray([.. (copy["data"] ?? copy["stringData"])!.AsObject().Select(d => (JsonNode)d.Key)]);
            copy.Remove("stringData");
            copy.Remove("type");
        }

        return GeneratedName().Replace(Sorted(copy)!.ToJsonString(), "\"$1\"");
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        // Lists that are merged by a key may come in another order.
        JsonArray a => new JsonArray([.. a.Select(Sorted).OrderBy(i => i?.ToJsonString(), StringComparer.Ordinal)]),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex("\"((?:sgasa|rabbitmq)[a-z-]*)-[bcdfghkmt2456789]{10}\"")]
    private static partial Regex GeneratedName();
}
