using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Training;

/// <summary>Right-padded sequences, and where in them completion tokens are predicted.</summary>
internal sealed class CompletionBatch
{
    private readonly Tensor _inputIds;   // [B, T]: all but each sequence's last token
    private readonly Tensor _predicting; // [N]: places in the flattened [B * T] whose next token is a completion's
    private readonly Tensor _rowOf;      // [N]
    private readonly int _rows;

    /// <summary>Makes the batch's tensors in the current dispose scope.</summary>
    /// <param name="sequences">Prompts and completions.</param>
    /// <param name="device">Where the model lies.</param>
    public CompletionBatch(IReadOnlyList<SftExample> sequences, Device device)
    {
        _rows = sequences.Count;
        var longest = sequences.Max(LengthOf) - 1;
        var ids = new long[_rows * longest];
        List<long> predicting = [];
        List<long> labels = [];
        List<long> rowOf = [];
        for (var row = 0; row < _rows; row++)
        {
            var (prompt, completion) = sequences[row];
            for (var t = 0; t < prompt.Count; t++) ids[row * longest + t] = prompt[t];
            for (var t = 0; t < completion.Count; t++)
            {
                var place = row * longest + prompt.Count + t;
                if (t < completion.Count - 1) ids[place] = completion[t];
                predicting.Add(place - 1);
                labels.Add(completion[t]);
                rowOf.Add(row);
            }
        }
        _inputIds = tensor(ids, [_rows, longest], device: device);
        _predicting = tensor(predicting.ToArray(), device: device);
        _rowOf = tensor(rowOf.ToArray(), device: device);
        Labels = tensor(labels.ToArray(), device: device);
    }

    /// <summary>The completion tokens, <c>[N]</c>.</summary>
    public Tensor Labels { get; }

    /// <summary>Tokens of an example, prompt and completion together.</summary>
    public static int LengthOf(SftExample example) => example.PromptIds.Count + example.CompletionIds.Count;

    /// <summary>What the model says of every completion token; nothing is computed for other places' logits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="adapter">The adapter to apply.</param>
    /// <param name="back">Where the way back is kept; null where no gradient is wanted.</param>
    public TokenScores Score(CausalLM model, LoraAdapter? adapter, Backpropagation? back = null)
    {
        // Padding on the right needs no mask: only later positions could see it.
        var hidden = back is null ? model.Hidden(_inputIds, adapter: adapter) : back.Hidden(model, _inputIds, adapter);
        return model.Score(hidden.flatten(0, 1).index_select(0, _predicting), Labels);
    }

    /// <summary>
    /// One value per completion token, <c>[N]</c>, to one per sequence, <c>[B]</c>: the sum over its tokens, or their mean.
    /// </summary>
    public Tensor PerSequence(Tensor tokens, bool mean)
    {
        var sums = zeros(_rows, device: tokens.device).index_add(0, _rowOf, tokens, 1);
        return mean ? sums / zeros(_rows, device: tokens.device).index_add(0, _rowOf, ones_like(tokens), 1) : sums;
    }
}
