namespace Sgasa.Architecture.Tests;

/// <summary>The inner layers of <c>libs/modeling</c>: a folder uses those above it in this list, and never those below.</summary>
public sealed class ModelingLayerTests
{
    private static readonly string[] Layers =
    [
        // Files and numbers.
        "IO", "Native", "Numerics", "Safetensors",
        // Texts.
        "Tokenization/Unicode", "Tokenization",
        "Chat/Jinja/Values", "Chat/Jinja/Builtins", "Chat/Jinja/Syntax", "Chat/Jinja", "Chat",
        // Models. An adapter is given to a forward pass, so it comes before the model.
        "Architectures/Rotary", "Architectures/Description", "Architectures", "Lora", "Peft", "Model",
        // What is done with them.
        "Generation/Slots", "Generation",
        "Data", "Training/Configuration", "Training/Metrics", "Training", "Training/Runs",
        // Whole folders.
        "Folders",
    ];

    private const string Project = "libs/modeling", Examples = "libs/modeling/examples";

    private static readonly IReadOnlyList<string> Files =
        [.. SourceTree.SourcesOf(Project).Where(f => Path.GetDirectoryName(f) != Examples)];

    [Fact]
    public void Folders_OfEveryFile_AreOnTheList() =>
        Files.Select(f => LayerOf(Path.GetDirectoryName(f)!)).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(Layers.Order(StringComparer.Ordinal));

    [Fact]
    public void References_BetweenFolders_GoDownwardOnly()
    {
        var upward = SourceTree.ArrowsOf(Project)
            .Where(arrow => arrow.Key.From != Examples)
            .Where(arrow => Array.IndexOf(Layers, LayerOf(arrow.Key.To)) > Array.IndexOf(Layers, LayerOf(arrow.Key.From)))
            .Select(arrow => $"{arrow.Key.From} -> {arrow.Key.To}: {arrow.Value}");

        upward.ShouldBeEmpty();
    }

    [Fact]
    public void Families_Names_StandInTheirOwnFilesAlone()
    {
        foreach (var family in Modeling.ModelFamilies.Names)
        {
            Files.Where(file => File.ReadAllText(Path.Combine(SourceTree.Root, file)).Contains($"\"{family}\"", StringComparison.Ordinal))
                .ShouldHaveSingleItem(family).ShouldStartWith($"{Project}/Architectures/");
        }
    }

    [Fact]
    public void Readme_Families_AreThoseThatAreSupported()
    {
        var names = Modeling.ModelFamilies.Names;

        File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"))
            .ShouldContain($"of the families {string.Join(", ", names.SkipLast(1))} and {names[^1]}");
    }

    [Fact]
    public void PublicTypes_OfASmallProgram_AreReachedWithTwoUsings()
    {
        string[] rarer = ["Sgasa.Modeling.Safetensors", "Sgasa.Modeling.Tokenization"];

        typeof(Modeling.ModelFamilies).Assembly.GetExportedTypes().Select(type => type.Namespace!).Distinct().Except(rarer)
            .ShouldBe(["Sgasa.Modeling", "Sgasa.Modeling.Training"], ignoreOrder: true);
    }

    private static string LayerOf(string folder) => Path.GetRelativePath(Project, folder).Replace('\\', '/');
}
