using Sgasa.Modeling.Generation.Slots;
using Sgasa.Modeling.Tests.Support;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Generation;

/// <summary>A slot's logits depend on that slot alone, to the last bit, at the sizes of a real small model.</summary>
public sealed class SlotBatchTests
{
    private const int Slots = 32;

    private static readonly ModelConfig Config = Some.Config with
    {
        VocabSize = 2048,
        HiddenSize = 192,
        IntermediateSize = 512,
        NumAttentionHeads = 6,
        HeadDim = 32,
    };

    [Theory, InlineData(false), InlineData(true)]
    public void Decode_OtherSlotAndOtherNeighbours_SameBits(bool uniformSlots)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var model = CausalLM.Create(Config, 1, std: 0.1);

        var first = LogitsOf(model, uniformSlots, slot: 0, neighbours: 0);
        foreach (var slot in Enumerable.Range(0, Slots))
        {
            LogitsOf(model, uniformSlots, slot, neighbours: slot).ShouldBe(first, $"slot {slot}");
        }
    }

    [Fact]
    public void Decode_SlotsOfAnySize_SameLogitsAsUniformSlots()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var model = CausalLM.Create(Config, 1, std: 0.1);

        var own = LogitsOf(model, uniformSlots: false, slot: 3, neighbours: 5);

        own.ShouldBeWithin(1e-4, LogitsOf(model, uniformSlots: true, slot: 3, neighbours: 5));
    }

    [Theory, InlineData(1), InlineData(63), InlineData(64), InlineData(99)]
    public void Compute_PromptWithKnownBeginning_SameBits(int common)
    {
        using var model = CausalLM.Create(Config, 1, std: 0.1);
        using var decoder = new CpuDecoder(model);
        using var batch = new CpuSlotBatch(decoder, Slots, threads: 1);
        var prompt = Some.Ids(100, seed: 1);
        var whole = batch.Compute([new Prompt(prompt)])[0];
        var other = batch.Compute([new Prompt([.. prompt[..common], .. Some.Ids(30, seed: 2)])])[0];

        var continued = batch.Compute([new Prompt(prompt, other, common)])[0];

        continued.Logits.ShouldBe(whole.Logits);
        foreach (var prefill in new[] { whole, other, continued }) prefill.State.Dispose();
    }

    /// <summary>Logits after a fixed sequence in one slot, third token after its prompt, with other sequences around it.</summary>
    private static float[] LogitsOf(CausalLM model, bool uniformSlots, int slot, int neighbours)
    {
        using var scope = torch.NewDisposeScope();
        using var decoder = new CpuDecoder(model);
        using ISlotBatch batch = uniformSlots ? new TorchSlotBatch(model, null, Slots, 128) : new CpuSlotBatch(decoder, Slots, threads: 2);
        var tokens = new int[Slots];
        for (var other = 0; other < Slots; other++)
        {
            var isOther = other != slot;
            if (isOther && other % 5 == neighbours % 5) continue; // some stay empty
            var prompt = isOther ? Some.Ids(5 + (other * 7 + neighbours) % 60, seed: other + 50 * neighbours) : Some.Ids(37, seed: 0);
            var prefill = batch.Compute([new Prompt(prompt)])[0];
            batch.Fill(other, prefill, 128);
            prefill.State.Dispose();
            tokens[other] = isOther ? other : 7;
        }
        float[] last = [];
        for (var i = 0; i < 3; i++)
        {
            batch.Decode(tokens, (received, logits) =>
            {
                if (received == slot) last = logits.ToArray();
            });
        }
        return last;
    }
}
