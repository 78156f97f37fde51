namespace Sgasa.Modeling.Architectures.Description;

/// <summary>One weight of a decoder layer.</summary>
/// <param name="Place">Where it is used.</param>
internal abstract record LayerPart(Place Place);
