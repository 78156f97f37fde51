using System.Xml.Linq;

namespace Sgasa.Architecture.Tests;

/// <summary>A dependency points down the tree or sideways into contracts, never up.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly string Root = SourceTree.Root;

    private static readonly string[] Services = ["coordinator", "synthesizer", "augmenter", "trainer", "evaluator"];

    [Fact]
    public void Settings_ReferToNoProjectAndNoPackage()
    {
        ReferencesOf("libs/configuration").ShouldBeEmpty();
        File.ReadAllText(Path.Combine(Root, "libs/configuration/Sgasa.Modeling.Configuration.csproj"))
            .ShouldNotContain("PackageReference");
    }

    [Fact]
    public void Contracts_ReferToTheSettingsAlone() => ReferencesOf("contracts").ShouldBe(["libs/configuration"]);

    [Fact]
    public void Modeling_StandsAlone()
    {
        ReferencesOf("libs/modeling").ShouldBe(["libs/configuration"]);

        // It must be usable by someone who has never heard of this project.
        foreach (var file in new[] { "libs/modeling", "libs/configuration" }
            .SelectMany(library => Directory.EnumerateFiles(Path.Combine(Root, library), "*.cs", SearchOption.AllDirectories)))
        {
            File.ReadAllText(file).Replace("Sgasa.Modeling", "", StringComparison.Ordinal)
                .ShouldNotContain("sgasa", Case.Insensitive, file);
        }
    }

    [Fact]
    public void Libraries_ReferToContractsAndLibrariesOnly()
    {
        foreach (var library in new[] { "api", "attacklogs", "prompting", "artifacts", "hosting" })
        {
            ReferencesOf($"libs/{library}").ShouldAllBe(r => r == "contracts" || r.StartsWith("libs/"), library);
        }
    }

    [Theory]
    [InlineData("api")]
    [InlineData("attacklogs")]
    [InlineData("prompting")]
    public void Libraries_OfWords_ReferToContractsAlone(string library) =>
        ReferencesOf($"libs/{library}").ShouldBe(["contracts"]);

    [Fact]
    public void Services_NeverReferToEachOtherOrToTheTool()
    {
        foreach (var service in Services)
        {
            ReferencesOf($"services/{service}").ShouldAllBe(
                r => r == "contracts" || r.StartsWith("libs/") || r == "models/tiny/world", service);
        }
    }

    [Fact]
    public void Tool_OutsideOfItsEmbeddedHost_UsesNothingOfTheCoordinator()
    {
        var tool = Path.Combine(Root, "cli");
        var uses = Directory.EnumerateFiles(tool, "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("Sgasa.Coordinator", StringComparison.Ordinal))
            .Select(file => Path.GetDirectoryName(Path.GetRelativePath(tool, file)));

        uses.ShouldAllBe(folder => folder == "Embedding");
    }

    [Fact]
    public void Assemblies_LoadNoOtherServiceAtRunTime()
    {
        foreach (var service in Services)
        {
            var name = $"Sgasa.{char.ToUpperInvariant(service[0])}{service[1..]}";
            var others = Services.Where(s => s != service).Select(s => $"Sgasa.{char.ToUpperInvariant(s[0])}{s[1..]}");

            System.Reflection.Assembly.Load(name).GetReferencedAssemblies().Select(a => a.Name!)
                .Intersect(others).ShouldBeEmpty(name);
        }
    }

    [Fact]
    public void Tree_EveryProject_IsInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "SGASA.sln")).Replace('\\', '/');

        foreach (var project in Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories))
        {
            solution.ShouldContain(Path.GetRelativePath(Root, project));
        }
    }

    private static string[] ReferencesOf(string folder)
    {
        var directory = Path.Combine(Root, folder);
        var project = Directory.EnumerateFiles(directory, "*.csproj").Single();
        return [.. XDocument.Load(project).Descendants("ProjectReference").Select(r =>
            Path.GetDirectoryName(Path.GetRelativePath(Root, Path.GetFullPath(r.Attribute("Include")!.Value, directory)))!)];
    }
}
