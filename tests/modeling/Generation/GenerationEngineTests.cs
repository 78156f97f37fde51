using Sgasa.Modeling.Tests.Support;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Generation;

public sealed class GenerationEngineTests
{
    private static readonly GenerationOptions FourSlots = new() { Slots = 4 };

    [Theory, InlineData(false), InlineData(true)]
    public void Generate_CrowdedOrAlone_SameTokens(bool uniformSlots)
    {
        var options = FourSlots with { UniformSlots = uniformSlots };
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        GenerationRequest[] requests = [.. Enumerable.Range(0, 40).Select(i => Request(i, i % 3 == 0 ? adapter : null))];

        using var crowded = new GenerationEngine(model, options);
        var together = crowded.Run(requests);
        var alone = requests.Select(request =>
        {
            using var engine = new GenerationEngine(model, options);
            return engine.Run(request);
        }).ToList();
        using var backwards = new GenerationEngine(model, options);
        var reversed = backwards.Run([.. requests.Reverse()]).Reverse().ToList();

        together.Select(result => result.TokenIds).ShouldBe(alone.Select(result => result.TokenIds));
        reversed.Select(result => result.TokenIds).ShouldBe(alone.Select(result => result.TokenIds));
        together.Select(result => result.TokenIds.Count).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Generate_Greedy_EqualsArgmaxOfFullForward(bool uniformSlots)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        using var engine = new GenerationEngine(model, FourSlots with { UniformSlots = uniformSlots });
        var prompt = Some.Ids(7);

        var result = engine.Run(new GenerationRequest
        {
            PromptIds = prompt,
            Adapter = adapter,
            Sampling = new SamplingConfig { Temperature = 0, MaxNewTokens = 90 },
            StopTokenIds = [],
        });

        List<int> expected = [.. prompt];
        for (var i = 0; i < 90; i++)
        {
            expected.Add((int)model.Forward(Some.Batch([.. expected]), adapter: adapter)[0, -1].argmax().item<long>());
        }
        result.TokenIds.ShouldBe(expected.Skip(prompt.Length));
        result.FinishReason.ShouldBe(FinishReason.Length);
    }

    [Theory]
    [InlineData(false, long.MaxValue)]
    [InlineData(true, long.MaxValue)]
    [InlineData(true, 0)]
    public void Generate_BaseInBFloat16_GreedyAsFullForwardAndTheSameInACrowd(bool uniformSlots, long copyUpTo)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var model = Some.Model(dtype: torch.ScalarType.BFloat16);
        using var engine = new GenerationEngine(model, FourSlots with { UniformSlots = uniformSlots, CopyUpToParameters = copyUpTo });
        using var adapter = Some.Adapter();
        var request = Request(1) with { Sampling = new SamplingConfig { Temperature = 0, MaxNewTokens = 20 }, StopTokenIds = [] };
        GenerationRequest[] crowd = [.. Enumerable.Range(0, 12).Select(i => Request(i, i % 2 == 0 ? adapter : null))];

        var alone = engine.Run(request).TokenIds;
        var together = engine.Run([request, .. crowd])[0].TokenIds;

        List<int> expected = [.. request.PromptIds];
        for (var i = 0; i < 20; i++) expected.Add((int)model.Forward(Some.Batch([.. expected]))[0, -1].argmax().item<long>());
        alone.ShouldBe(expected.Skip(request.PromptIds.Count));
        together.ShouldBe(alone);
    }

    [Fact]
    public void Generate_AdapterMergedOrBeside_SameGreedyTokens()
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        var request = Request(1, adapter) with { Sampling = new SamplingConfig { Temperature = 0, MaxNewTokens = 20 } };

        using var merging = new GenerationEngine(model, FourSlots);
        using var beside = new GenerationEngine(model, FourSlots with { CopyUpToParameters = 0 });

        beside.Run(request).TokenIds.ShouldBe(merging.Run(request).TokenIds);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Generate_AdapterBesideTheWeights_SameTokensCrowdedOrAlone(bool uniformSlots)
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        GenerationRequest[] requests = [.. Enumerable.Range(0, 12).Select(i => Request(i, adapter))];
        var options = FourSlots with { CopyUpToParameters = 0, UniformSlots = uniformSlots };

        using var crowded = new GenerationEngine(model, options);
        var together = crowded.Run(requests);
        using var calm = new GenerationEngine(model, options);
        var alone = requests.Select(request => calm.Run(request)).ToList();

        together.Select(result => result.TokenIds).ShouldBe(alone.Select(result => result.TokenIds));
    }

    [Fact]
    public void Generate_SamePromptOtherSeeds_DifferentResponses()
    {
        using var model = Some.Model();
        using var engine = new GenerationEngine(model, FourSlots);

        var results = engine.Run([.. Enumerable.Range(0, 6).Select(i => Request(1) with { Seed = (ulong)i })]);

        results.Select(result => string.Join(' ', result.TokenIds)).Distinct().Count().ShouldBeGreaterThan(3);
    }

    [Fact]
    public void Generate_EndTokenSampled_EndsWithIt()
    {
        using var model = Some.Model();
        using var engine = new GenerationEngine(model, FourSlots);
        var free = engine.Run(Request(1) with { StopTokenIds = [] }).TokenIds;

        var stopped = engine.Run(Request(1) with { StopTokenIds = [free[3]] });

        stopped.FinishReason.ShouldBe(FinishReason.Stop);
        stopped.TokenIds.ShouldBe(free.Take(free.ToList().IndexOf(free[3]) + 1));
    }

    [Fact]
    public void Step_OnToken_SeesEveryTokenInOrder()
    {
        using var model = Some.Model();
        using var engine = new GenerationEngine(model, FourSlots);
        List<int> seen = [];
        var handle = engine.Submit(Request(1), seen.Add);

        while (engine.Step()) { }

        handle.Completion.IsCompletedSuccessfully.ShouldBeTrue();
        seen.ShouldBe(handle.Result!.TokenIds);
    }

    [Fact]
    public void Cancel_WhileRunning_EndsThatRequestOnly()
    {
        using var model = Some.Model();
        using var engine = new GenerationEngine(model, FourSlots);
        var sampling = new SamplingConfig { MaxNewTokens = 30 };
        var kept = engine.Submit(Request(1) with { Sampling = sampling, StopTokenIds = [] });
        GenerationHandle? cancelled = null;
        var count = 0;
        cancelled = engine.Submit(Request(2) with { Sampling = sampling, StopTokenIds = [] }, _ =>
        {
            if (++count == 5) cancelled!.Cancel();
        });

        while (engine.Step()) { }

        cancelled.Result!.FinishReason.ShouldBe(FinishReason.Cancelled);
        cancelled.Result!.TokenIds.Count.ShouldBe(5);
        kept.Result!.TokenIds.Count.ShouldBe(30);
    }

    [Fact]
    public void Generate_Cancelled_LeavesNothingBehind()
    {
        using var model = Some.Model();
        using var engine = new GenerationEngine(model, FourSlots);
        using var source = new CancellationTokenSource();
        source.Cancel();

        Should.Throw<OperationCanceledException>(() => engine.Generate(Request(1), source.Token));

        engine.Step().ShouldBeFalse();
    }

    [Fact]
    public void Generate_AdapterTrainedOn_UsesItsNewWeights()
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        using var other = Some.Adapter(seed: 9);
        using var engine = new GenerationEngine(model, FourSlots);
        var before = engine.Run(Request(1, adapter)).TokenIds;

        using (torch.no_grad()) adapter.Parameters.Values.copy_(other.Parameters.Values);
        adapter.Revision++;

        var after = engine.Run(Request(1, adapter)).TokenIds;
        after.ShouldNotBe(before);
        after.ShouldBe(engine.Run(Request(1, other)).TokenIds);
    }

    [Theory]
    [InlineData(new int[0], "at least one")]
    [InlineData(new[] { 1, 96 }, "vocabulary of 96")]
    [InlineData(new[] { 1, -1 }, "vocabulary of 96")]
    public void Submit_PromptOutOfBounds_SaysSo(int[] prompt, string expected)
    {
        using var model = Some.Model();
        using var engine = new GenerationEngine(model, FourSlots);

        var error = Should.Throw<ArgumentException>(() => engine.Submit(new GenerationRequest { PromptIds = prompt }));

        error.Message.ShouldContain(expected);
    }

    [Fact]
    public void Submit_PromptAsLongAsTheContext_FailsAloneWithItsLengths()
    {
        using var model = CausalLM.Create(Some.Config with { MaxPositionEmbeddings = 16 }, seed: 1, std: 0.2);
        using var engine = new GenerationEngine(model, FourSlots);
        var other = engine.Submit(Request(1) with { PromptIds = Some.Ids(15) });

        var error = Should.Throw<PromptTooLongException>(() => engine.Submit(Request(2) with { PromptIds = Some.Ids(16) }));

        while (engine.Step()) { }
        (error.Tokens, error.ContextLength).ShouldBe((16, 16));
        other.Result!.TokenIds.Count.ShouldBe(1);
    }

    [Fact]
    public void Generate_OnePromptTooLong_QueuesNothing()
    {
        using var model = CausalLM.Create(Some.Config with { MaxPositionEmbeddings = 16 }, seed: 1, std: 0.2);
        using var engine = new GenerationEngine(model, FourSlots);

        GenerationRequest[] requests = [Request(1) with { PromptIds = [5] }, Request(2) with { PromptIds = Some.Ids(16) }];

        Should.Throw<PromptTooLongException>(() => engine.Run(requests));

        engine.Step().ShouldBeFalse();
    }

    [Fact]
    public void Step_BatchThatCannotBeMade_FailsItsRequestAndServesOthers()
    {
        using var model = CausalLM.Create(Some.Config with { MaxPositionEmbeddings = int.MaxValue }, seed: 1, std: 0.2);
        using var engine = new GenerationEngine(model, new GenerationOptions { Slots = 256, UniformSlots = true });
        // 256 slots of two billion tokens, 512 bytes each, are more than an address space has.
        var huge = engine.Submit(Request(1) with { Sampling = new SamplingConfig { MaxNewTokens = 2_000_000_000 } });
        var small = engine.Submit(Request(2) with { Sampling = new SamplingConfig { MaxNewTokens = 2 }, StopTokenIds = [] });

        while (engine.Step()) { }

        huge.Completion.IsFaulted.ShouldBeTrue();
        small.Result!.TokenIds.Count.ShouldBe(2);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Generate_HundredsOfResponses_LeaksNoTensor(bool uniformSlots)
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        using var engine = new GenerationEngine(model, FourSlots with { UniformSlots = uniformSlots });
        engine.Run([.. Enumerable.Range(0, 40).Select(i => Request(i, adapter))]);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        engine.Run([.. Enumerable.Range(0, 200).Select(i => Request(i, adapter))]);

        DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    private static GenerationRequest Request(int i, LoraAdapter? adapter = null) => new()
    {
        PromptIds = Some.Ids(2 + i * 7 % 23, seed: i / 2),
        Adapter = adapter,
        Sampling = new SamplingConfig { Temperature = 0.9, TopP = 0.95, MaxNewTokens = 8 + i % 5 * 4 },
        Seed = (ulong)i,
    };
}
