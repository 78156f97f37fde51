using Sgasa.Modeling.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Model;

/// <summary>Log-probabilities of given tokens, a chunk of places at a time.</summary>
/// <remarks>
/// Where only the hidden states carry a gradient, that of a token's log-probability is one vector J of the hidden width,
/// whatever the loss: row y of the head less the mean row under the distribution. It is computed while a chunk's
/// probabilities are at hand; so neither logits nor a second pass over the head are needed for backward.
/// </remarks>
internal static class HeadScript
{
    /// <summary>Logits in memory at once: 128 MiB of float32, and their exponentials beside them.</summary>
    private const long ChunkElements = 1 << 25;

    /// <summary>Rows of a head of another type that are converted at once.</summary>
    private const long BlockRows = 8192;

    private static readonly TorchScript Script = new("""
        def logits(h, w, block: int):
            # h: [C, H], w: [V, H]
            if w.dtype == h.dtype:
                return torch.linear(h, w).to(6)
            result = h.new_empty([h.size(0), w.size(0)], dtype=6)
            for at in range(0, w.size(0), block):
                result[:, at:at + block] = torch.linear(h, w[at:at + block].to(h.dtype))
            return result

        def mean_row(p, w, dtype: int, block: int):
            # p: [C, V], w: [V, H]
            if w.dtype == dtype:
                return torch.mm(p.to(dtype), w).to(6)
            result = torch.zeros([p.size(0), w.size(1)], dtype=6, device=p.device)
            for at in range(0, w.size(0), block):
                result.addmm_(p[:, at:at + block], w[at:at + block].to(6))
            return result

        def score(h, w, labels, chunk: int, block: int, jacobian: bool):
            n = h.size(0)
            log_probs = h.new_empty([n], dtype=6)
            entropies = h.new_empty([n], dtype=6)
            hits = h.new_empty([n], dtype=11)
            j = h.new_empty([n if jacobian else 0, h.size(1)], dtype=6)
            for at in range(0, n, chunk):
                x = logits(h[at:at + chunk], w, block)
                y = labels[at:at + chunk].unsqueeze(1)
                x.sub_(x.amax([1], True))
                p = x.exp()
                z = p.sum([1], True)
                p.div_(z)
                log_z = z.log().squeeze(1)
                log_probs[at:at + chunk] = x.gather(1, y).squeeze(1) - log_z
                entropies[at:at + chunk] = log_z - torch.bmm(p.unsqueeze(1), x.unsqueeze(2)).view([-1])
                hits[at:at + chunk] = x.argmax(1).eq(y.squeeze(1))
                if jacobian:
                    p.scatter_add_(1, y, torch.full([y.size(0), 1], -1.0, dtype=6, device=h.device))
                    j[at:at + chunk] = mean_row(p, w, h.dtype, block).neg_()
            return [log_probs, entropies, hits, j]
        """);

    /// <summary>Float32 logits, <c>[..., H]</c> to <c>[..., V]</c>.</summary>
    /// <param name="hidden">Hidden states.</param>
    /// <param name="head">The head's weights, <c>[V, H]</c>, of any float type.</param>
    public static Tensor Logits(Tensor hidden, Tensor head)
    {
        using var scope = NewDisposeScope();
        var logits = Script.Call("logits", hidden.reshape(-1, head.shape[1]), head, BlockRows);
        return logits.view([.. hidden.shape[..^1], head.shape[0]]).MoveToOuterDisposeScope();
    }

    /// <summary>Scores the tokens that follow N places.</summary>
    /// <param name="hidden">Hidden states, <c>[N, H]</c>.</param>
    /// <param name="head">The head's weights, <c>[V, H]</c>, of any float type.</param>
    /// <param name="labels">The tokens, int64 <c>[N]</c>.</param>
    /// <param name="chunkElements">Logits in memory at once.</param>
    /// <param name="blockRows">Rows of a head of another type that are converted at once.</param>
    public static TokenScores Score(
        Tensor hidden, Tensor head, Tensor labels, long chunkElements = ChunkElements, long blockRows = BlockRows)
    {
        using var scope = NewDisposeScope();
        var differentiable = is_grad_enabled() && (hidden.requires_grad || head.requires_grad);
        var chunk = Math.Max(1, chunkElements / head.shape[0]);
        Tensor[] scores;
        using (no_grad())
        {
            scores = (Tensor[])Script.Invoke("score", hidden.detach(), head.detach(), labels, chunk, blockRows, differentiable)!;
        }

        var logProbs = scores[0];
        if (differentiable && head.requires_grad)
        {
            logProbs = nn.functional.cross_entropy(Logits(hidden, head), labels, reduction: nn.Reduction.None).neg();
        }
        else if (differentiable)
        {
            // The difference is exactly zero, and its gradient is J.
            var linear = bmm(hidden.to_type(ScalarType.Float32).unsqueeze(1), scores[3].unsqueeze(2)).view(-1);
            logProbs = logProbs + (linear - linear.detach());
        }
        return new TokenScores(
            logProbs.MoveToOuterDisposeScope(), scores[1].MoveToOuterDisposeScope(), scores[2].MoveToOuterDisposeScope());
    }
}
