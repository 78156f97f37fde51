using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sgasa.TinyModel;

/// <summary>
/// Exponential moving average of the weights: it swings less than the weights of any one step, and with it the share of
/// disguised requests that the model falls for.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly IReadOnlyDictionary<string, Parameter> _weights;
    private readonly Dictionary<string, Parameter> _average;
    private readonly double _decay;
    private int _steps;

    public WeightAverage(IReadOnlyDictionary<string, Parameter> weights, double decay)
    {
        (_weights, _decay) = (weights, decay);
        using var noGrad = no_grad();
        _average = weights.ToDictionary(w => w.Key, w => new Parameter(w.Value.detach().clone(), requires_grad: false));
    }

    /// <summary>The average, under the names of the weights.</summary>
    public IReadOnlyDictionary<string, Parameter> Weights => _average;

    /// <summary>Takes in the weights as they are now. Early on the mean is over few steps, so that the start is forgotten.</summary>
    public void Add()
    {
        using var noGrad = no_grad();
        var share = Math.Max(1 - _decay, 1.0 / ++_steps);
        foreach (var (name, average) in _average) average.lerp_(_weights[name], share);
    }

    public void Dispose()
    {
        foreach (var parameter in _average.Values) parameter.Dispose();
    }
}
