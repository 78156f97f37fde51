namespace Sgasa.Cli.ModelFolders;

/// <summary>What <c>sgasa model init</c> was asked for.</summary>
internal sealed record InitRequest
{
    public required string Output { get; init; }

    public string? Config { get; init; }

    public string? Tokenizer { get; init; }

    public required string ModelType { get; init; }

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required int ContextLength { get; init; }

    public required bool Untied { get; init; }

    public required string Dtype { get; init; }

    public required int ShardMebibytes { get; init; }

    public required long Seed { get; init; }

    public bool Json { get; init; }
}
