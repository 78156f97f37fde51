namespace Sgasa.Modeling.Training;

/// <summary>Losses of a preference pair.</summary>
public enum DpoLossType
{
    /// <summary>−log σ(β h), the loss of the DPO paper; h is the policy's log ratio less the reference's.</summary>
    Sigmoid,

    /// <summary>(h − 1/2β)², with log-probabilities averaged over a completion's tokens (IPO).</summary>
    Ipo,

    /// <summary>max(0, 1 − β h) (SLiC).</summary>
    Hinge,
}
