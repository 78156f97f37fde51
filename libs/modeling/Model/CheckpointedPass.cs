using Sgasa.Modeling.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling;

/// <summary>
/// A forward pass that keeps nothing but every layer's input, and computes each layer a second time when its gradients are
/// wanted: the memory of one layer instead of all, for a third more arithmetic. Gradients are the same to the last bit.
/// </summary>
/// <remarks>
/// First call <c>backward</c> on a loss made of <see cref="Hidden"/>, then <see cref="Backward"/>. It is no custom autograd
/// function, since an exception inside one, such as that of exhausted memory, ends the process. All tensors
/// belong to the dispose scope in which it is made.
/// </remarks>
public sealed class CheckpointedPass
{
    private readonly CausalLM _model;
    private readonly Tensor _inputIds;
    private readonly LayerContext _context;
    private readonly Tensor[] _inputs; // of each layer, [B, T, H]
    private readonly Tensor _last;     // the last layer's output

    /// <summary>Computes the forward pass.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputIds">Token ids, int64 <c>[B, T]</c>, padded on the right if at all.</param>
    /// <param name="adapter">The adapter to apply.</param>
    public CheckpointedPass(CausalLM model, Tensor inputIds, LoraAdapter? adapter)
    {
        (_model, _inputIds, _context) = (model, inputIds, model.ContextOf(inputIds, adapter));
        _inputs = new Tensor[model.Config.NumHiddenLayers];
        using (no_grad())
        {
            var x = model.Embed(inputIds);
            for (var i = 0; i < _inputs.Length; i++)
            {
                _inputs[i] = x;
                x = model.Layer(i, x, _context);
            }
            _last = x;
        }
        _last.requires_grad = true;
        Hidden = model.Normalise(_last);
    }

    /// <summary>The normalised hidden states, <c>[B, T, H]</c>, as <see cref="CausalLM.Hidden"/> gives them.</summary>
    public Tensor Hidden { get; }

    /// <summary>Takes the gradient that the loss left at <see cref="Hidden"/> through all layers; once.</summary>
    /// <exception cref="InvalidOperationException">
    /// The loss has not been differentiated, or does not depend on <see cref="Hidden"/>.
    /// </exception>
    public void Backward()
    {
        var upstream = _last.grad
            ?? throw new InvalidOperationException("Call backward on a loss made of the hidden states first.");
        _last.Dispose();
        for (var i = _inputs.Length - 1; i >= 0; i--)
        {
            using var scope = NewDisposeScope();
            using var input = _inputs[i];
            using var arrived = upstream;
            // The first layer's input is needed only for the embedding's own gradient.
            input.requires_grad = i > 0 || _model.Embedding.requires_grad;
            var output = _model.Layer(i, input, _context);
            if (output.requires_grad) output.backward([arrived]);
            if (!input.requires_grad) return;
            upstream = input.grad!.MoveToOuterDisposeScope();
        }
        _model.Embed(_inputIds).backward([upstream]);
    }
}
