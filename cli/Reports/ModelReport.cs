using Sgasa.Cli.Models;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Reports;

/// <summary>A weight file of a model.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Tensors">Tensors in it.</param>
public sealed record WeightFileReport(string Name, long Bytes, int Tensors);

/// <summary>What a model folder holds, for <c>model inspect --json</c>.</summary>
public sealed record ModelReport
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The architecture's name.</summary>
    public required string ModelType { get; init; }

    /// <summary>Number of weights; a tied head counts once.</summary>
    public required long Parameters { get; init; }

    /// <summary>Decoder layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Inner width of the feed-forward block.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of a head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Rows of the embedding table.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Longest sequence, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Whether the output head is the embedding table.</summary>
    public required bool TiedEmbeddings { get; init; }

    /// <summary>Base of the rotary embedding's frequencies.</summary>
    public required double RopeTheta { get; init; }

    /// <summary>How the rotation is scaled; null where it is not.</summary>
    public string? RopeScaling { get; init; }

    /// <summary>Number formats of the stored tensors, and how many have each.</summary>
    public required IReadOnlyDictionary<string, int> Dtypes { get; init; }

    /// <summary>The weight files.</summary>
    public required IReadOnlyList<WeightFileReport> Files { get; init; }

    /// <summary>Tokens that the tokenizer knows.</summary>
    public required int Tokens { get; init; }

    /// <summary>Those of them that are found in text as a whole.</summary>
    public required int AddedTokens { get; init; }

    /// <summary>The token that ends an answer.</summary>
    public required string EndToken { get; init; }

    /// <summary>Length of the chat template in characters; null without one.</summary>
    public int? ChatTemplate { get; init; }

    /// <summary>Tells this model from others.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Opens a model folder and reports on it.</summary>
    /// <exception cref="ModelFormatException">Something of it is missing, damaged or not supported.</exception>
    internal static ModelReport Of(ModelChoice model)
    {
        using var folder = ModelFolder.Open(model.Folder);
        var config = folder.Config;
        return new ModelReport
        {
            Model = model.Name,
            ModelType = config.ModelType,
            Parameters = RandomModelFolder.ParametersOf(config),
            Layers = config.NumHiddenLayers,
            HiddenSize = config.HiddenSize,
            IntermediateSize = config.IntermediateSize,
            Heads = config.NumAttentionHeads,
            KeyValueHeads = config.NumKeyValueHeads,
            HeadDim = config.HeadDim,
            Vocabulary = config.VocabSize,
            ContextLength = config.ContextLength,
            TiedEmbeddings = config.TieWordEmbeddings,
            RopeTheta = config.RopeTheta,
            RopeScaling = config.RopeScaling is { } scaling ? $"{scaling.Type}, factor {scaling.Factor}" : null,
            Dtypes = folder.Weights.Names.GroupBy(name => folder.Weights.DtypeOf(name).ToString())
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Count()),
            Files =
            [
                .. folder.Weights.Files.Select(file =>
                    new WeightFileReport(Path.GetFileName(file.Path), new FileInfo(file.Path).Length, file.Entries.Count)),
            ],
            Tokens = folder.Tokenizer.Count,
            AddedTokens = folder.Tokenizer.AddedTokens.Count,
            EndToken = folder.Tokenizer.Decode([Modeling.Training.EndToken.Find(folder.Path, folder.Tokenizer, config)]),
            ChatTemplate = TemplateLength(folder.Path),
            Fingerprint = folder.Fingerprint,
        };
    }

    private static int? TemplateLength(string folder)
    {
        try
        {
            return Modeling.ChatTemplate.FromPretrained(folder).Source.Length;
        }
        catch (ModelFormatException fault) when (fault.Where == folder)
        {
            return null;
        }
    }
}
