using Sgasa.Modeling.Native;

namespace Sgasa.Modeling.Model;

/// <summary>The decoder's arithmetic: one function for a whole layer, called once per layer.</summary>
internal static class DecoderScript
{
    // B = batch, T = tokens, H = hidden width, N = query heads, G = key/value heads, D = head width, C = cache columns.
    private const string Source = """
        # Activations have one type, which a weight is converted to where it has another; norms, rotation and softmax are
        # computed in float32 (type 6). All of it costs nothing where everything is float32.
        def embed(weight, ids, dtype: int):
            return torch.embedding(weight, ids).to(dtype)

        def linear(x, w):
            return torch.linear(x, w.to(x.dtype))

        def affine(x, w, b: Optional[Tensor]):
            if b is None:
                return linear(x, w)
            return torch.linear(x, w.to(x.dtype), b.to(x.dtype))

        def norm(x, weight, eps: float):
            return torch.rms_norm(x.to(6), [x.size(-1)], weight.to(6), eps).to(x.dtype)

        def rotate(x, cos, sin, dtype: int):
            a, b = x.chunk(2, -1)
            return torch.cat([a * cos - b * sin, b * cos + a * sin], -1).to(dtype)

        def rotated(qkv, cos, sin, qk_norm: Optional[Tensor], n: int, g: int, d: int, eps: float):
            qkv = qkv.view([qkv.size(0), qkv.size(1), n + 2 * g, d])
            qk = qkv[:, :, :n + g]
            if qk_norm is not None:
                qk = torch.rms_norm(qk.to(6), [d], None, eps) * qk_norm
            return rotate(qk, cos, sin, qkv.dtype), qkv

        def attend_in_slots(q, k, v, mask, k_cache, v_cache, rows):
            # One token per row. Every row's products have the shape [N/G, D] x [D, C] whatever the others hold.
            s, g, c, d = k_cache.size(0), k_cache.size(1), k_cache.size(2), k_cache.size(3)
            k_cache.view([s * g * c, d]).index_copy_(0, rows, k.reshape([s * g, d]))
            v_cache.view([s * g * c, d]).index_copy_(0, rows, v.reshape([s * g, d]))
            scores = torch.baddbmm(mask.to(q.dtype), q.reshape([s * g, -1, d]), k_cache.view([s * g, c, d]).transpose(1, 2),
                                   beta=1, alpha=float(d) ** -0.5)
            return torch.bmm(torch.softmax(scores, -1, dtype=6).to(v.dtype), v_cache.view([s * g, c, d])).view([s, 1, -1])

        def attend(qk, qkv, mask: Optional[Tensor], k_cache: Optional[Tensor], v_cache: Optional[Tensor], past: int,
                   rows: Optional[Tensor], n: int, g: int):
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

        def low_rank(x, a, b, scale: float):
            return linear(linear(x, a) * scale, b)

        # A layer is project, attend, finish; adapters are one list: scale apart, qkv_a, q_b, k_b, v_b, o_a, o_b, gate_up_a,
        # gate_b, up_b, down_a, down_b; or empty.
        def project(x, cos, sin, n: int, g: int, d: int, eps: float, norm1, qkv_w, qkv_b: Optional[Tensor],
                    qk_norm: Optional[Tensor], lora: List[Tensor], scale: float):
            h = norm(x, norm1, eps)
            qkv = affine(h, qkv_w, qkv_b)
            if len(lora) > 1:
                q_b, k_b, v_b = lora[1], lora[2], lora[3]
                rq, rk = q_b.size(1), k_b.size(1)
                h_a = linear(h, lora[0]) * scale
                qkv = qkv + torch.cat([linear(h_a[:, :, :rq], q_b), linear(h_a[:, :, rq:rq + rk], k_b),
                                       linear(h_a[:, :, rq + rk:], v_b)], -1)
            return rotated(qkv, cos, sin, qk_norm, n, g, d, eps)

        def finish(x, o, eps: float, o_w, o_b: Optional[Tensor], norm2, gate_up_w, down_w, lora: List[Tensor], scale: float):
            x = x + affine(o, o_w, o_b)
            if len(lora) > 1:
                x = x + low_rank(o, lora[4], lora[5], scale)
            h = norm(x, norm2, eps)
            gate, up = linear(h, gate_up_w).chunk(2, -1)
            if len(lora) > 1:
                rg = lora[7].size(1)
                h_a = linear(h, lora[6]) * scale
                gate = gate + linear(h_a[:, :, :rg], lora[7])
                up = up + linear(h_a[:, :, rg:], lora[8])
            inner = torch.silu(gate) * up
            x = x + linear(inner, down_w)
            if len(lora) > 1:
                x = x + low_rank(inner, lora[9], lora[10], scale)
            return x

        def layer(x, cos, sin, mask: Optional[Tensor], k_cache: Optional[Tensor], v_cache: Optional[Tensor], past: int,
                  rows: Optional[Tensor], n: int, g: int, d: int, eps: float, norm1, qkv_w, qkv_b: Optional[Tensor],
                  qk_norm: Optional[Tensor], o_w, o_b: Optional[Tensor], norm2, gate_up_w, down_w, lora: List[Tensor],
                  scale: float):
            qk, qkv = project(x, cos, sin, n, g, d, eps, norm1, qkv_w, qkv_b, qk_norm, lora, scale)
            o = attend(qk, qkv, mask, k_cache, v_cache, past, rows, n, g)
            return finish(x, o, eps, o_w, o_b, norm2, gate_up_w, down_w, lora, scale)
        """;

    /// <summary>The compiled functions.</summary>
    public static TorchScript Functions { get; } = new(Source);
}
