using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>
/// What a model says of given next tokens, one value per token; the tensors belong to the caller's dispose scope.
/// </summary>
/// <param name="LogProbs">Log-probability of the token, float32 <c>[N]</c>; carries the gradient.</param>
/// <param name="Entropies">Entropy of the distribution that the token is drawn from, in nats, float32 <c>[N]</c>.</param>
/// <param name="Hits">Whether the token is the most probable one, bool <c>[N]</c>.</param>
public sealed record TokenScores(torch.Tensor LogProbs, torch.Tensor Entropies, torch.Tensor Hits);
