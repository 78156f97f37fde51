using static TorchSharp.torch;

namespace Sgasa.TinyModel;

/// <summary>
/// Exponential moving average of the weights: it swings less than the weights of any one step, and with it the share of
/// disguised requests that the model falls for.
/// </summary>
/// <param name="average">Where the average is kept; of the weights' shape.</param>
/// <param name="weights">The weights that are trained.</param>
/// <param name="decay">Its decay per step.</param>
internal sealed class WeightAverage(Tensor average, Tensor weights, double decay)
{
    private int _steps;

    /// <summary>
    /// Takes in the weights as they are now. Early on the mean is over few steps, so that the start is forgotten.
    /// </summary>
    public void Add()
    {
        using var noGrad = no_grad();
        average.lerp_(weights, Math.Max(1 - decay, 1.0 / ++_steps));
    }
}
