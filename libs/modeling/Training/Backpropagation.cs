using TorchSharp;

namespace Sgasa.Modeling.Training;

/// <summary>The way from a model's hidden states to a loss and back, for one micro-batch.</summary>
/// <param name="checkpointing">Whether layers are computed a second time instead of being kept.</param>
internal sealed class Backpropagation(bool checkpointing)
{
    private readonly List<CheckpointedPass> _passes = [];

    /// <summary>
    /// Hidden states of right-padded sequences, <c>[B, T, H]</c>, that <see cref="Backward"/> finds its way back from.
    /// </summary>
    public torch.Tensor Hidden(CausalLM model, torch.Tensor inputIds, LoraAdapter? adapter)
    {
        if (!checkpointing || !torch.is_grad_enabled()) return model.Hidden(inputIds, adapter: adapter);
        var pass = new CheckpointedPass(model, inputIds, adapter);
        _passes.Add(pass);
        return pass.Hidden;
    }

    /// <summary>Adds the loss's gradients to those of all leaves; once, within the dispose scope of the forward pass.</summary>
    public void Backward(torch.Tensor loss)
    {
        loss.backward();
        foreach (var pass in _passes) pass.Backward();
        _passes.Clear();
    }
}
