using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Model;

/// <summary>Which keys each query sees.</summary>
internal static class AttentionMask
{
    /// <summary>The mask of a forward pass, bool <c>[B or 1, 1, T, past + T]</c>; null where causality alone says so.</summary>
    /// <param name="attentionMask">1 for tokens and 0 for padding, <c>[B, past + T]</c>; null where there is no padding.</param>
    /// <param name="past">Tokens in the cache.</param>
    /// <param name="tokens">Tokens of this pass.</param>
    /// <param name="window">How many positions a query sees, its own included; null for all before it.</param>
    /// <param name="device">Where it is needed.</param>
    public static Tensor? Of(Tensor? attentionMask, long past, long tokens, int? window, Device device)
    {
        if (window >= past + tokens) window = null;
        if (attentionMask is null && window is null && (past == 0 || tokens == 1)) return null;
        var queries = arange(past, past + tokens, ScalarType.Int64, device).unsqueeze(1);
        var keys = arange(past + tokens, ScalarType.Int64, device).unsqueeze(0);
        var seen = keys.le(queries);
        if (window is { } width) seen = seen.logical_and(keys.gt(queries - width));
        if (attentionMask is null) return seen.unsqueeze(0).unsqueeze(0);

        // A padded position sees itself, so that no row of the softmax is empty.
        var present = attentionMask.to(device).ne(0).unsqueeze(1);
        return seen.logical_and(present).logical_or(keys.eq(queries)).unsqueeze(1);
    }

    /// <summary>
    /// An additive mask of slots, <c>[slots · kv heads, 1, capacity]</c>, with -inf for what lies before each slot's window.
    /// </summary>
    /// <param name="mask">The mask without a window.</param>
    /// <param name="positions">Place of each slot's token, int64 <c>[slots, 1]</c>.</param>
    /// <param name="window">How many positions a query sees, its own included.</param>
    public static Tensor InSlots(Tensor mask, Tensor positions, int window)
    {
        var columns = arange(mask.shape[2], ScalarType.Int64, mask.device);
        var first = positions.repeat_interleave(mask.shape[0] / positions.shape[0], 0).unsqueeze(2) - window;
        return mask.masked_fill(columns.le(first), float.NegativeInfinity);
    }
}
