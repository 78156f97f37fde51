namespace Sgasa.Synthesizer.Guidelines;

/// <summary>How a guideline did on the prompts it was written from.</summary>
/// <param name="Right">Responses that were right: harmful refused, benign answered.</param>
/// <param name="Total">Responses sampled.</param>
/// <param name="Tokens">Tokens generated.</param>
public sealed record GuidelineScore(int Right, int Total, long Tokens)
{
    /// <summary>Share of right responses, 0 to 1; 0 where none was sampled.</summary>
    public double Share => Total == 0 ? 0 : (double)Right / Total;
}
