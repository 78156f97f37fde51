using Sgasa.Modeling.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Training;

/// <summary>Adam with decoupled weight decay over one flat buffer: one pass over the memory per step.</summary>
public sealed class AdamW : IDisposable
{
    private static readonly TorchScript Script = new("""
        def clip(g, max_norm: float):
            norm = torch.linalg_vector_norm(g)
            g.mul_(torch.clamp_max(max_norm / (norm + 1e-6), 1.0))
            return norm

        def step(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], count: List[Tensor],
                 lr: float, beta1: float, beta2: float, eps: float, decay: float):
            # The lists come from outside: of lists made in here, the compiler thinks that nobody sees them change.
            torch._fused_adamw_(p, g, m, v, [], count, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps,
                                amsgrad=False, maximize=False)
            return p[0]
        """);

    private readonly FlatParameters _parameters;
    private readonly Scalar _beta1;
    private readonly Scalar _beta2;
    private readonly Scalar _eps;
    private readonly Scalar _weightDecay;
    private readonly Scalar _noDecay = 0.0;

    /// <summary>Makes an optimizer, and gradients for the parameters if they have none yet.</summary>
    /// <param name="parameters">What is trained; they stay the caller's.</param>
    /// <param name="beta1">Decay of the mean of gradients.</param>
    /// <param name="beta2">Decay of the mean of squared gradients.</param>
    /// <param name="eps">Added to the root of the mean of squared gradients.</param>
    /// <param name="weightDecay">Decay of the parameters that decay.</param>
    public AdamW(FlatParameters parameters, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weightDecay = 0)
    {
        _parameters = parameters;
        (_beta1, _beta2, _eps, _weightDecay) = (beta1, beta2, eps, weightDecay);
        parameters.RequireGradients();
        ExpAvg = zeros_like(parameters.Values).DetachFromDisposeScope();
        ExpAvgSq = zeros_like(parameters.Values).DetachFromDisposeScope();
    }

    /// <summary>Means of gradients, in the layout of <see cref="FlatParameters.Values"/>.</summary>
    public Tensor ExpAvg { get; }

    /// <summary>Means of squared gradients, in the layout of <see cref="FlatParameters.Values"/>.</summary>
    public Tensor ExpAvgSq { get; }

    /// <summary>Steps taken; the correction of the means depends on it.</summary>
    public int StepCount { get; set; }

    /// <summary>Sets all gradients to zero.</summary>
    public void ZeroGrad() => _parameters.Gradients!.zero_();

    /// <summary>Scales all gradients down to a global norm, and returns the norm they had; one wait for the device.</summary>
    /// <param name="maxNorm">Largest norm.</param>
    public double ClipGradNorm(double maxNorm)
    {
        using var noGrad = no_grad();
        using Scalar limit = maxNorm;
        using var norm = Script.Call("clip", _parameters.Gradients, limit);
        return norm.item<float>();
    }

    /// <summary>Changes the parameters by their gradients.</summary>
    /// <param name="learningRate">The step's learning rate; at 0 only the means change.</param>
    public void Step(double learningRate)
    {
        using var noGrad = no_grad();
        using Scalar lr = learningRate;
        using var count = tensor((float)++StepCount, device: _parameters.Values.device);
        Update(0, _parameters.DecayedLength, _weightDecay);
        Update(_parameters.DecayedLength, _parameters.Length, _noDecay);

        void Update(long from, long to, Scalar decay)
        {
            if (from == to) return;
            using var scope = NewDisposeScope();
            Tensor[] Part(Tensor flat) => [flat.narrow(0, from, to - from)];
            Script.Call(
                "step", Part(_parameters.Values), Part(_parameters.Gradients!), Part(ExpAvg), Part(ExpAvgSq), new[] { count },
                lr, _beta1, _beta2, _eps, decay);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ExpAvg.Dispose();
        ExpAvgSq.Dispose();
        foreach (var scalar in new[] { _beta1, _beta2, _eps, _weightDecay, _noDecay }) scalar.Dispose();
    }
}
