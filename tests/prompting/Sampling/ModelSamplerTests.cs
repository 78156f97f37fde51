using Microsoft.Extensions.AI;
using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Prompting.Sampling;
using Sgasa.Testing;

namespace Sgasa.Prompting.Tests.Sampling;

public sealed class ModelSamplerTests
{
    private static readonly SampleRequest Request = new()
    {
        Id = "r1/response/x/0",
        RoundSeed = 7,
        Text = "Hello.",
        Sampling = new SamplingConfig(),
    };

    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task SampleAsync_Request_BecomesTheCallsOptions()
    {
        var model = new ScriptedModel(7) { Otherwise = _ => "x" };
        using var sampler = new ModelSampler(model, 1);
        var sampling = new SamplingConfig { Temperature = 0.25, TopP = 0.5, TopK = 40, MaxNewTokens = 12 };

        await sampler.SampleAsync(Request with { Sampling = sampling, CheckpointId = "c1" }, Ct);

        var options = model.Calls.ShouldHaveSingleItem().Options;
        options.Temperature.ShouldBe(0.25f);
        options.TopP.ShouldBe(0.5f);
        options.TopK.ShouldBe(40);
        options.MaxOutputTokens.ShouldBe(12);
        options.ModelId.ShouldBe("c1");
        options.Seed.ShouldBe(Seeds.Derive(7, "r1/response/x/0"));
    }

    [Fact]
    public async Task SampleAsync_NoCheckpointAndNoTopK_LeavesBothOpen()
    {
        var model = new ScriptedModel(7) { Otherwise = _ => "x" };
        using var sampler = new ModelSampler(model, 1);

        await sampler.SampleAsync(Request, Ct);

        var options = model.Calls.ShouldHaveSingleItem().Options;
        options.ModelId.ShouldBeNull();
        options.TopK.ShouldBeNull();
    }

    [Fact]
    public async Task SampleAsync_ManyCallers_AreNeverMoreThanThePlaces()
    {
        var model = new ScriptedModel(7) { Holds = true, Otherwise = _ => "x" };
        using var sampler = new ModelSampler(model, 3);

        var work = Concurrently.SelectAsync(
            Enumerable.Range(0, 10), (i, ct) => sampler.SampleAsync(Request with { Id = $"{i}" }, ct), Ct);
        var samples = await model.ReleaseAsync(work, newestFirst: true);

        model.MostHeld.ShouldBe(3);
        samples.Select(s => s.Id).ShouldBe(Enumerable.Range(0, 10).Select(i => $"{i}"));
    }

    [Fact]
    public async Task SampleAsync_AFailedCall_GivesItsPlaceBack()
    {
        var model = new ScriptedModel(7) { Otherwise = _ => new ScriptedReply("") { Fault = new TimeoutException() } };
        using var sampler = new ModelSampler(model, 1);
        await Should.ThrowAsync<TimeoutException>(() => sampler.SampleAsync(Request, Ct));
        model.Otherwise = _ => "x";

        var sample = await sampler.SampleAsync(Request, Ct);

        sample.Text.ShouldBe("x");
    }

    [Theory]
    [InlineData("thinking</think>answer", false, true, true)]
    [InlineData("thinking</think>answer", true, true, false)]
    [InlineData("thinking</think>", false, false, false)]
    [InlineData("thinking", false, false, false)]
    [InlineData("", false, false, false)]
    public async Task SampleAsync_Response_IsAnsweredAndWholeOrNot(string text, bool cutOff, bool answered, bool whole)
    {
        var model = new ScriptedModel(7) { Otherwise = _ => new ScriptedReply(text) { CutOff = cutOff } };
        using var sampler = new ModelSampler(model, 1);

        var sample = await sampler.SampleAsync(Request, Ct);

        (sample.Answered, sample.Whole).ShouldBe((answered, whole));
    }

    [Fact]
    public async Task SampleAsync_ThinkingBesideTheText_IsPutBackInFrontOfIt()
    {
        var model = new ApartModel(new TextReasoningContent("Hmm."), new TextContent("Yes."));
        using var sampler = new ModelSampler(model, 1);

        var sample = await sampler.SampleAsync(Request, Ct);

        sample.Text.ShouldBe("Hmm.\n</think>\n\nYes.");
        sample.Answer.ShouldBe("Yes.");
    }

    [Fact]
    public async Task SampleAsync_ThinkingBesideNoText_IsUnfinished()
    {
        using var sampler = new ModelSampler(new ApartModel(new TextReasoningContent("Hmm.")), 1);

        var sample = await sampler.SampleAsync(Request, Ct);

        sample.Response.Finished.ShouldBeFalse();
        sample.Tokens.ShouldBe(0);
    }

    /// <summary>Hands thinking and text over apart, and says nothing about tokens or why it ended.</summary>
    private sealed class ApartModel(params AIContent[] contents) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [.. contents])));

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
