namespace Sgasa.Modeling;

/// <summary>Scaling of the rotary frequencies as Llama 3.1 does it (<c>rope_type</c> <c>llama3</c>).</summary>
/// <param name="Factor">What low frequencies are divided by.</param>
/// <param name="LowFreqFactor">Wavelengths above the original context divided by this are scaled wholly.</param>
/// <param name="HighFreqFactor">Wavelengths below the original context divided by this are left alone.</param>
/// <param name="OriginalMaxPositionEmbeddings">Context length of the model before scaling, in tokens.</param>
public sealed record RopeScaling(
    double Factor, double LowFreqFactor, double HighFreqFactor, int OriginalMaxPositionEmbeddings);
