using Sgasa.Modeling;

namespace Sgasa.Trainer.Sampling;

/// <summary>A checked request, ready for the device.</summary>
/// <param name="CheckpointId">Whose adapter; empty for the base model.</param>
/// <param name="PromptIds">The rendered and tokenised conversation.</param>
/// <param name="Sampling">How tokens are chosen.</param>
/// <param name="Seed">Seed of this response's random numbers.</param>
/// <param name="StreamPieces">Whether pieces of text are wanted as they are sampled.</param>
public sealed record PreparedRequest(
    string CheckpointId, IReadOnlyList<int> PromptIds, SamplingConfig Sampling, ulong Seed, bool StreamPieces);
