namespace Sgasa.Api.Deployments;

/// <summary>The model that a deployment aligns.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fingerprint">Tells it from others.</param>
/// <param name="ContextLength">Longest sequence, in tokens.</param>
public sealed record BaseModelInfo(string Name, string Fingerprint, int ContextLength);
