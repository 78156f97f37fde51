namespace Sgasa.Modeling.Architectures.Rotary;

/// <summary>What a rule for rotary frequencies may ask of the model.</summary>
/// <param name="Width">Rotated numbers of a head, which turn in pairs.</param>
/// <param name="Theta">Base of the frequencies.</param>
/// <param name="MaxPositionEmbeddings">Longest sequence the model was made for.</param>
internal readonly record struct RotaryShape(int Width, double Theta, int MaxPositionEmbeddings);
