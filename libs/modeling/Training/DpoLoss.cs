using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Training;

/// <summary>Losses of preference pairs from the log-probabilities of their completions; pure tensor arithmetic.</summary>
public static class DpoLoss
{
    /// <summary>Whether a loss compares completions by their mean log-probability per token instead of by the sum.</summary>
    public static bool AveragesTokens(DpoLossType type) => type is DpoLossType.Ipo;

    /// <summary>Losses and rewards per pair.</summary>
    /// <param name="policyChosen">Log-probability of the chosen completion under the policy, <c>[P]</c>.</param>
    /// <param name="policyRejected">The same of the rejected completion.</param>
    /// <param name="referenceChosen">Log-probability of the chosen completion under the reference, <c>[P]</c>.</param>
    /// <param name="referenceRejected">The same of the rejected completion.</param>
    /// <param name="beta">β.</param>
    /// <param name="type">Which loss of the margin.</param>
    /// <param name="labelSmoothing">
    /// ε: a share of the sigmoid loss is that of the pair the other way round; the other types do not use it.
    /// </param>
    /// <returns>Losses, and rewards β (policy − reference), which carry no gradient; each <c>[P]</c>.</returns>
    public static (Tensor Losses, Tensor ChosenRewards, Tensor RejectedRewards) Compute(
        Tensor policyChosen,
        Tensor policyRejected,
        Tensor referenceChosen,
        Tensor referenceRejected,
        double beta,
        DpoLossType type,
        double labelSmoothing = 0)
    {
        var chosen = policyChosen - referenceChosen;
        var rejected = policyRejected - referenceRejected;
        var margin = chosen - rejected;
        var losses = type switch
        {
            DpoLossType.Sigmoid when labelSmoothing > 0 =>
                nn.functional.logsigmoid(margin * beta).neg() * (1 - labelSmoothing)
                - nn.functional.logsigmoid(margin * -beta) * labelSmoothing,
            DpoLossType.Sigmoid => nn.functional.logsigmoid(margin * beta).neg(),
            DpoLossType.Ipo => (margin - 1 / (2 * beta)).square(),
            DpoLossType.Hinge => nn.functional.relu(1 - margin * beta),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a loss of preference pairs."),
        };
        return (losses, chosen.detach() * beta, rejected.detach() * beta);
    }
}
