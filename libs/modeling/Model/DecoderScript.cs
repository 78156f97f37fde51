using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Native;
using TorchSharp;

namespace Sgasa.Modeling.Model;

/// <summary>The decoder's arithmetic, in call order: a layer, its attention, its feed-forward block, norms and products.</summary>
/// <remarks>One function computes a whole layer, since crossing into native code costs as much as a small operation.</remarks>
internal static class DecoderScript
{
    // B = batch, T = tokens, H = hidden width, N = query heads, G = key/value heads, D = head width, C = cache columns.
    // Activations have one type, which a weight is converted to where it has another; norms, rotation and softmax are
    // computed in float32 (type 6). All of it costs nothing where everything is float32.
    private const string Source = """
        def embed(weight, ids, dtype: int):
            return torch.embedding(weight, ids).to(dtype)

        # An adapter's update of projections that read the same input is a list: A of all, one below the other, then every B;
        # or empty.
        def layer(x, cos: Optional[Tensor], sin: Optional[Tensor], mask: Optional[Tensor],
                  k_cache: Optional[Tensor], v_cache: Optional[Tensor], past: int, rows: Optional[Tensor],
                  n: int, g: int, d: int, eps: float,
                  input_norm, qkv_w, qkv_b: Optional[Tensor], qk_norm: Optional[Tensor], o_w, o_b: Optional[Tensor],
                  mlp_norm, gate_up_w, down_w,
                  qkv_lora: List[Tensor], o_lora: List[Tensor], gate_up_lora: List[Tensor], down_lora: List[Tensor],
                  scale: float):
            h = norm(x, input_norm, eps)
            qkv = affine(h, qkv_w, qkv_b)
            if len(qkv_lora) > 0:
                qkv = qkv + low_rank(h, qkv_lora, scale)
            o = attention(qkv, cos, sin, mask, k_cache, v_cache, past, rows, qk_norm, n, g, d, eps)
            x = x + affine(o, o_w, o_b)
            if len(o_lora) > 0:
                x = x + low_rank(o, o_lora, scale)
            return feed_forward(x, mlp_norm, gate_up_w, down_w, gate_up_lora, down_lora, eps, scale)

        def attention(qkv, cos: Optional[Tensor], sin: Optional[Tensor], mask: Optional[Tensor],
                      k_cache: Optional[Tensor], v_cache: Optional[Tensor], past: int, rows: Optional[Tensor],
                      qk_norm: Optional[Tensor], n: int, g: int, d: int, eps: float):
            qkv = qkv.view([qkv.size(0), qkv.size(1), n + 2 * g, d])
            qk = qkv[:, :, :n + g]
            if qk_norm is not None:
                qk = torch.rms_norm(qk.to(6), [d], None, eps) * qk_norm
            if cos is not None and sin is not None:
                qk = rotate(qk, cos, sin)
            qk = qk.to(qkv.dtype)
            q = qk[:, :, :n].transpose(1, 2)
            k = qk[:, :, n:].transpose(1, 2)
            v = qkv[:, :, n + g:].transpose(1, 2)
            t = q.size(2)
            if rows is not None and mask is not None and k_cache is not None and v_cache is not None:
                return attend_in_slots(q, k, v, mask, k_cache, v_cache, rows)
            if k_cache is not None and v_cache is not None:
                k_cache.narrow(2, past, t).copy_(k)
                v_cache.narrow(2, past, t).copy_(v)
                k = k_cache.narrow(2, 0, past + t)
                v = v_cache.narrow(2, 0, past + t)
            causal = mask is None and t > 1
            o = torch.scaled_dot_product_attention(q, k, v, mask, 0.0, causal, enable_gqa=True)
            return o.transpose(1, 2).reshape([q.size(0), t, q.size(1) * q.size(3)])

        # The first numbers of a head turn, in half-split pairs; the others, if there are any, pass as they are.
        def rotate(x, cos, sin):
            width = 2 * cos.size(-1)
            if width < x.size(-1):
                a, b = x[:, :, :, :width].chunk(2, -1)
                return torch.cat([a * cos - b * sin, b * cos + a * sin, x[:, :, :, width:].to(6)], -1)
            a, b = x.chunk(2, -1)
            return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

        # One token per row. Every row's products have the shape [N/G, D] x [D, C] whatever the others hold.
        def attend_in_slots(q, k, v, mask, k_cache, v_cache, rows):
            s, g, c, d = k_cache.size(0), k_cache.size(1), k_cache.size(2), k_cache.size(3)
            k_cache.view([s * g * c, d]).index_copy_(0, rows, k.reshape([s * g, d]))
            v_cache.view([s * g * c, d]).index_copy_(0, rows, v.reshape([s * g, d]))
            scores = torch.baddbmm(mask.to(q.dtype), q.reshape([s * g, -1, d]), k_cache.view([s * g, c, d]).transpose(1, 2),
                                   beta=1, alpha=float(d) ** -0.5)
            return torch.bmm(torch.softmax(scores, -1, dtype=6).to(v.dtype), v_cache.view([s * g, c, d])).view([s, 1, -1])

        def feed_forward(x, mlp_norm, gate_up_w, down_w, gate_up_lora: List[Tensor], down_lora: List[Tensor],
                         eps: float, scale: float):
            h = norm(x, mlp_norm, eps)
            gate_up = linear(h, gate_up_w)
            if len(gate_up_lora) == 2:
                gate_up = gate_up + low_rank(h, gate_up_lora, scale)
            gate, up = gate_up.chunk(2, -1)
            if len(gate_up_lora) == 3:
                # Apart, since each half is copied by its sum anyway.
                rank = gate_up_lora[1].size(1)
                h_a = linear(h, gate_up_lora[0]) * scale
                gate = gate + linear(h_a[:, :, :rank], gate_up_lora[1])
                up = up + linear(h_a[:, :, rank:], gate_up_lora[2])
            inner = torch.silu(gate) * up
            x = x + linear(inner, down_w)
            if len(down_lora) > 0:
                x = x + low_rank(inner, down_lora, scale)
            return x

        def low_rank(x, lora: List[Tensor], scale: float):
            x_a = linear(x, lora[0]) * scale
            if len(lora) == 2:
                return linear(x_a, lora[1])
            rq, rk = lora[1].size(1), lora[2].size(1)
            return torch.cat([linear(x_a[:, :, :rq], lora[1]), linear(x_a[:, :, rq:rq + rk], lora[2]),
                              linear(x_a[:, :, rq + rk:], lora[3])], -1)

        def norm(x, weight, eps: float):
            return torch.rms_norm(x.to(6), [x.size(-1)], weight.to(6), eps).to(x.dtype)

        def affine(x, w, b: Optional[Tensor]):
            if b is None:
                return linear(x, w)
            return torch.linear(x, w.to(x.dtype), b.to(x.dtype))

        def linear(x, w):
            return torch.linear(x, w.to(x.dtype))
        """;

    private static readonly TorchScript Script = new(Source);

    /// <summary>Rows of the embedding table, <c>[B, T, H]</c> of the given type.</summary>
    public static torch.Tensor Embed(torch.Tensor weight, torch.Tensor inputIds, torch.ScalarType dtype) =>
        Script.Call("embed", weight, inputIds, (int)dtype);

    /// <summary>One layer, <c>[B, T, H]</c> to <c>[B, T, H]</c>: the only place where its arguments stand by position.</summary>
    public static torch.Tensor Layer(torch.Tensor x, DecoderLayer layer, LayerContext context)
    {
        var update = context.Adapter?.UpdateOf(layer.Index) ?? LayerUpdate.None;
        return Script.Call(
            "layer",
            x, layer.Rotates ? context.Cos : null, layer.Rotates ? context.Sin : null,
            layer.Window is null ? context.Mask : context.WindowMask,
            context.Cache?.Keys[layer.Index], context.Cache?.Values[layer.Index], context.Past, context.CacheRows,
            layer.Heads, layer.KeyValueHeads, layer.HeadDim, layer.Eps,
            layer.InputNorm, layer.Qkv, layer.QkvBias, layer.QkNorm(), layer.Output, layer.OutputBias,
            layer.FeedForwardNorm, layer.GateUp, layer.Down,
            update.Qkv, update.Output, update.GateUp, update.Down, update.Scale);
    }

    /// <summary>RMSNorm over the last dimension.</summary>
    public static torch.Tensor Norm(torch.Tensor x, torch.Tensor weight, Scalar eps) => Script.Call("norm", x, weight, eps);
}
