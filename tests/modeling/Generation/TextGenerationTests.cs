using Sgasa.Modeling.Tests.Support;

namespace Sgasa.Modeling.Tests.Generation;

public sealed class TextGenerationTests
{
    private static readonly SamplingConfig Sampling = new() { Temperature = 0.9, MaxNewTokens = 40 };

    public static TheoryData<string> EachModel => Parity.EachModel;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(EachModel))]
    public async Task GenerateAsync_AnySeed_PiecesAreTheWholeText(string name)
    {
        using var folder = ModelFolder.Open(Parity.PathOf(name, "model"));
        using var model = CausalLM.Load(folder.Config, folder.Weights);
        for (var seed = 0UL; seed < 5; seed++)
        {
            var whole = model.Generate(folder.Tokenizer, "Explain", Sampling, seed, cancellationToken: Token);

            List<string> pieces = [];
            await foreach (var piece in model.GenerateAsync(folder.Tokenizer, "Explain", Sampling, seed, cancellationToken: Token))
            {
                pieces.Add(piece);
            }

            string.Concat(pieces).ShouldBe(whole);
            pieces.Count.ShouldBeGreaterThan(3);
            pieces.ShouldAllBe(piece => piece.Length > 0);
        }
    }

    [Fact]
    public void Generate_Greedy_IsTheEnginesResponse()
    {
        using var folder = ModelFolder.Open(Parity.PathOf("qwen2-r1", "model"));
        using var model = CausalLM.Load(folder.Config, folder.Weights);
        using var engine = new GenerationEngine(model);
        var greedy = new SamplingConfig { Temperature = 0, MaxNewTokens = 20 };

        var text = model.Generate(folder.Tokenizer, "Explain", greedy, cancellationToken: Token);

        var expected = engine.Run(new GenerationRequest { PromptIds = folder.Tokenizer.Encode("Explain"), Sampling = greedy });
        text.ShouldBe(folder.Tokenizer.Decode(expected.TokenIds, skipSpecialTokens: true));
    }

    [Fact]
    public async Task GenerateAsync_Left_StopsSampling()
    {
        using var folder = ModelFolder.Open(Parity.PathOf("qwen2-r1", "model"));
        using var model = CausalLM.Load(folder.Config, folder.Weights);
        var endless = new SamplingConfig { Temperature = 0.9, MaxNewTokens = int.MaxValue };

        var first = "";
        await foreach (var piece in model.GenerateAsync(folder.Tokenizer, "Explain", endless, cancellationToken: Token))
        {
            first = piece;
            break;
        }

        first.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task GenerateAsync_Cancelled_Throws()
    {
        using var folder = ModelFolder.Open(Parity.PathOf("qwen2-r1", "model"));
        using var model = CausalLM.Load(folder.Config, folder.Weights);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in model.GenerateAsync(folder.Tokenizer, "Explain", Sampling, cancellationToken: source.Token))
            {
                await source.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task GenerateAsync_PromptTooLong_SaysSo()
    {
        using var folder = ModelFolder.Open(Parity.PathOf("qwen2-r1", "model"));
        using var model = CausalLM.Load(folder.Config with { MaxPositionEmbeddings = 4 }, folder.Weights);
        var prompt = string.Concat(Enumerable.Repeat("Explain this. ", 4));

        await Should.ThrowAsync<PromptTooLongException>(async () =>
        {
            await foreach (var _ in model.GenerateAsync(folder.Tokenizer, prompt, cancellationToken: Token)) { }
        });
    }
}
