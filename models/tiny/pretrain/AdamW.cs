using Sgasa.Modeling.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sgasa.TinyModel;

/// <summary>AdamW over all parameters in one fused call; weight decay on matrices only.</summary>
internal sealed class AdamW : IDisposable
{
    private const string Source = """
        def step(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], s: List[Tensor],
                 lr: float, decay: float):
            torch._foreach_add_(s, 1)
            torch._fused_adamw_(p, g, m, v, [], s, lr=lr, beta1=0.9, beta2=0.95, weight_decay=decay, eps=1e-8,
                                amsgrad=False, maximize=False)
            return 0
        """;

    private static readonly TorchScript Fused = new(Source);

    private readonly Group[] _groups;
    private readonly double _maxNorm;

    public AdamW(IEnumerable<Parameter> parameters, double weightDecay, double maxNorm)
    {
        var all = parameters.ToArray();
        _groups =
        [
            new([.. all.Where(p => p.dim() > 1)], weightDecay),
            new([.. all.Where(p => p.dim() < 2)], 0),
        ];
        _maxNorm = maxNorm;
    }

    /// <summary>Clips the global norm, takes a step, clears the gradients; returns the norm before clipping.</summary>
    public double Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var gradients = _groups.Select(g => g.Parameters.Select(p => p.grad!).ToArray()).ToArray();
        var norm = Math.Sqrt(gradients.SelectMany(g => g).Sum(g => g.square().sum().item<float>()));
        var scale = Math.Min(1, _maxNorm / (norm + 1e-6));
        for (var i = 0; i < _groups.Length; i++)
        {
            var group = _groups[i];
            foreach (var gradient in gradients[i]) gradient.mul_(scale);
            Fused.Invoke("step", group.Parameters, gradients[i], group.Means, group.Squares, group.Steps,
                learningRate, group.Decay);
            foreach (var gradient in gradients[i]) gradient.zero_();
        }
        return norm;
    }

    public void Dispose()
    {
        foreach (var tensor in _groups.SelectMany(g => g.Means.Concat(g.Squares).Concat(g.Steps))) tensor.Dispose();
    }

    private sealed class Group(Parameter[] parameters, double decay)
    {
        public Tensor[] Parameters { get; } = [.. parameters];

        public Tensor[] Means { get; } = [.. parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];

        public Tensor[] Squares { get; } = [.. parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];

        public Tensor[] Steps { get; } = [.. parameters.Select(_ => zeros(1).DetachFromDisposeScope())];

        public double Decay { get; } = decay;
    }
}
