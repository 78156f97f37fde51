using k8s.Models;
using Sgasa.Deploy.Tests.Kustomize;
using Sgasa.Deploy.Tests.Support;

namespace Sgasa.Deploy.Tests;

/// <summary>The files as files: each read strictly, each listed, each list true.</summary>
public sealed class ManifestTests
{
    private static readonly string[] Folders =
        [.. Directory.EnumerateFiles(Repository.Kubernetes, "kustomization.yaml", SearchOption.AllDirectories)
            .Select(f => Path.GetDirectoryName(f)!)];

    [Fact]
    public void Yaml_OfTheWholeRepository_IsStrict()
    {
        var files = Directory.EnumerateFiles(Repository.Kubernetes, "*.y*ml", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.y*ml"));

        files.ShouldNotBeEmpty();
        foreach (var file in files) Should.NotThrow(() => StrictYaml.ReadAll(file));
    }

    [Fact]
    public void Kustomization_EachFile_IsThereAndListedOnce()
    {
        foreach (var folder in Folders)
        {
            var listed = Kustomization.Read(folder).Files.Distinct().Order(StringComparer.Ordinal);

            var there = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(folder, f))
                .Where(f => f != "kustomization.yaml" && !f.EndsWith(".env", StringComparison.Ordinal) || f == "settings.env")
                .Select(f => f.EndsWith(".example", StringComparison.Ordinal) ? f[..^".example".Length] : f)
                .Order(StringComparer.Ordinal);
            listed.ShouldBe(there, Repository.Name(folder));
        }
    }

    [Fact]
    public void Kustomization_EachFolder_IsUsedByAnOverlayOrAnotherFolder()
    {
        var used = Folders.SelectMany(f => Kustomization.Read(f) is var k
            ? k.Resources.Concat(k.Components).Select(r => Path.GetFullPath(Path.Combine(f, r)))
            : []);

        var unused = Folders.Except(used).Select(f => Path.GetRelativePath(Repository.Kubernetes, f));

        unused.ShouldBe(["database-shell", "model-loader", "overlays/development", "overlays/production"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("model-loader")]
    [InlineData("database-shell")]
    public void Build_Tool_IsAKnownPod(string folder) =>
        KustomizeBuild.Of(Path.Combine(Repository.Kubernetes, folder)).Select(Schemas.Read)
            .ShouldHaveSingleItem().ShouldBeOfType<V1Pod>();

    [Theory]
    [InlineData("development")]
    [InlineData("production")]
    public void Build_Overlay_HasKnownKindsAndFieldsOnly(string overlay) =>
        Should.NotThrow(() => Overlays.Of(overlay)).Objects.Count.ShouldBeGreaterThan(20);
}
