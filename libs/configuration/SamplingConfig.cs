using System.ComponentModel.DataAnnotations;

namespace Sgasa.Modeling;

/// <summary>How the next token is chosen; names and order of application are those of transformers' generation.</summary>
public sealed record SamplingConfig
{
    /// <summary>The highest temperature; there, hundreds of tokens are about as likely as the likeliest.</summary>
    public const double MaxTemperature = 5;

    /// <summary>The most tokens that a service gives a response; a program of its own may ask for more.</summary>
    public const int MostNewTokens = 131_072;

    /// <summary>What logits are divided by; 0 always takes the most probable token.</summary>
    [Range(0.0, MaxTemperature)] public double Temperature { get; init; } = 1;

    /// <summary>Smallest set of most probable tokens whose probability reaches this is kept; 1 keeps all.</summary>
    [Range(1e-6, 1.0)] public double TopP { get; init; } = 1;

    /// <summary>How many of the most probable tokens are kept; 0 keeps all.</summary>
    [Range(0, int.MaxValue)] public int TopK { get; init; }

    /// <summary>What makes tokens that the context already has less likely, from 1 (not at all) upward.</summary>
    [Range(0.01, 100.0)] public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Most tokens of a response, its end token included.</summary>
    [Range(1, int.MaxValue)] public int MaxNewTokens { get; init; } = 512;
}
