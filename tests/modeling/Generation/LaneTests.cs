using Sgasa.Modeling.Generation;
using Sgasa.Modeling.Generation.Slots;

namespace Sgasa.Modeling.Tests.Generation;

/// <summary>What goes wrong for one request leaves the others of its batch alone.</summary>
public sealed class LaneTests
{
    private const int Vocabulary = 4;

    [Fact]
    public void Start_PromptThatCannotBeComputed_FailsItsRequestsOnly()
    {
        using var prefills = new PrefillCache(4);
        using var lane = new Lane(new ScriptedBatch { Incomputable = 7 }, Vocabulary);
        var (good, bad, alike, late) = (Handle(1), Handle(7), Handle(7), Handle(2));
        foreach (var handle in new[] { good, bad, alike, late }) lane.Waiting.Enqueue(handle);

        Finish(lane, prefills);

        bad.Completion.Exception!.InnerException!.Message.ShouldBe("no memory");
        alike.Completion.Exception!.InnerException!.Message.ShouldBe("no memory");
        good.Result!.TokenIds.Count.ShouldBe(3);
        late.Result!.TokenIds.Count.ShouldBe(3);
    }

    [Fact]
    public void Start_SlotThatCannotBeFilled_FailsItsRequestOnly()
    {
        using var prefills = new PrefillCache(4);
        using var lane = new Lane(new ScriptedBatch { Unplaceable = 7 }, Vocabulary);
        var (good, bad, late) = (Handle(1), Handle(7), Handle(2));
        foreach (var handle in new[] { good, bad, late }) lane.Waiting.Enqueue(handle);

        Finish(lane, prefills);

        bad.Completion.Exception!.InnerException!.Message.ShouldBe("no room");
        good.Result!.TokenIds.Count.ShouldBe(3);
        late.Result!.TokenIds.Count.ShouldBe(3);
    }

    [Fact]
    public void Decode_ListenerThrows_FailsItsRequestOnly()
    {
        using var prefills = new PrefillCache(4);
        using var lane = new Lane(new ScriptedBatch(), Vocabulary);
        var seen = 0;
        var good = Handle(1);
        var bad = Handle(2, _ =>
        {
            if (++seen == 2) throw new InvalidOperationException("the listener's own");
        });
        lane.Waiting.Enqueue(bad);
        lane.Waiting.Enqueue(good);

        Finish(lane, prefills);

        bad.Completion.Exception!.InnerException!.Message.ShouldBe("the listener's own");
        good.Result!.TokenIds.Count.ShouldBe(3);
    }

    private static GenerationHandle Handle(int prompt, Action<int>? onToken = null) =>
        new(new GenerationRequest { PromptIds = [prompt] }, stopTokens: [], limit: 3, onToken);

    private static void Finish(Lane lane, PrefillCache prefills)
    {
        while (!lane.IsEmpty)
        {
            if (lane.CanStart) lane.Start(null, prefills);
            else lane.Decode();
        }
    }

    /// <summary>Two slots that always see the same logits, and fail for the prompts named.</summary>
    private sealed class ScriptedBatch : ISlotBatch
    {
        private readonly bool[] _used = new bool[2];

        public int Incomputable { get; init; } = -1;

        public int Unplaceable { get; init; } = -1;

        public int Slots => _used.Length;

        public int PromptsAtOnce => 1;

        public IReadOnlyList<Prefill> Compute(IReadOnlyList<Prompt> prompts)
        {
            if (prompts.Any(prompt => prompt.PromptIds[0] == Incomputable)) throw new InvalidOperationException("no memory");
            return [.. prompts.Select(prompt => new Prefill(new State(prompt.PromptIds[0]), new float[Vocabulary]))];
        }

        public void Fill(int slot, Prefill prefill, int capacity)
        {
            if (((State)prefill.State).Prompt == Unplaceable) throw new InvalidOperationException("no room");
            _used[slot].ShouldBeFalse();
            _used[slot] = true;
        }

        public void Free(int slot) => _used[slot] = false;

        public void Decode(ReadOnlySpan<int> tokens, SlotLogits receive)
        {
            for (var slot = 0; slot < _used.Length; slot++)
            {
                if (_used[slot]) receive(slot, new float[Vocabulary]);
            }
        }

        public void Dispose()
        {
        }

        private sealed record State(int Prompt) : IDisposable
        {
            public void Dispose()
            {
            }
        }
    }
}
