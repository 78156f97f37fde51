namespace Sgasa.Architecture.Tests;

/// <summary>The inner layers of <c>libs/modeling</c>: a folder uses those above it in this list, and never those below.</summary>
public sealed class ModelingLayerTests
{
    private const int MostFiles = 15;

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
        "Data", "Training/Metrics", "Training", "Training/Runs",
        // Whole folders.
        "Folders",
    ];

    private static readonly string Root = Path.Combine(SourceTree.Root, "libs/modeling");

    private static readonly NamespacedSources Tree = new(Root);

    [Fact]
    public void Folders_OfEveryFile_AreOnTheList() =>
        Tree.Files.Select(NamespacedSources.FolderOf).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(Layers.Order(StringComparer.Ordinal));

    [Fact]
    public void References_BetweenFolders_GoDownwardOnly()
    {
        var upward = Tree.References()
            .Where(pair => Array.IndexOf(Layers, NamespacedSources.FolderOf(pair.To)) > Array.IndexOf(Layers, NamespacedSources.FolderOf(pair.From)))
            .Select(pair => $"{pair.From} names a type of {pair.To}");

        upward.ShouldBeEmpty();
    }

    [Fact]
    public void Folders_NumberOfFiles_IsSmall()
    {
        foreach (var folder in Tree.Files.GroupBy(NamespacedSources.FolderOf))
            folder.Count().ShouldBeLessThanOrEqualTo(MostFiles, folder.Key);
    }

    [Fact]
    public void Families_Names_StandInTheirOwnFilesAlone()
    {
        foreach (var family in Modeling.ModelFamilies.Names)
        {
            Tree.Files.Where(file => File.ReadAllText(Path.Combine(Root, file)).Contains($"\"{family}\"", StringComparison.Ordinal))
                .ShouldHaveSingleItem(family).ShouldStartWith("Architectures/");
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
}
