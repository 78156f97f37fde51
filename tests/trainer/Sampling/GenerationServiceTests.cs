using Grpc.Core;
using Sgasa.Contracts.Grpc;

namespace Sgasa.Trainer.Tests.Sampling;

public sealed class GenerationServiceTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TrainerServer _trainer = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _trainer = await TrainerServer.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _trainer.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Generate_Streaming_GivesThePiecesOfTheWholeAnswer()
    {
        var whole = await _trainer.ChunksAsync(Request(seed: 5));

        var pieces = await _trainer.ChunksAsync(Request(seed: 5, stream: true));

        var only = whole.ShouldHaveSingleItem();
        only.Text.Length.ShouldBeGreaterThan(10);
        string.Concat(pieces.Select(p => p.Text)).ShouldBe(only.Text);
        pieces.SkipLast(1).ShouldAllBe(p => p.FinishReason == FinishReason.Unspecified && p.Text.Length > 0);
        (pieces[^1].FinishReason, pieces[^1].PromptTokens, pieces[^1].CompletionTokens)
            .ShouldBe((only.FinishReason, only.PromptTokens, only.CompletionTokens));
        only.PromptTokens.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Generate_ManyRequestsAtOnce_AnswersEachAsIfItWereAlone()
    {
        // More requests than slots, of different lengths, so that they join and leave a running batch.
        var requests = Enumerable.Range(0, 11)
            .Select(i => Request(seed: (ulong)i, content: $"question {i % 3}", tokens: 5 + 7 * i))
            .ToArray();
        var alone = new List<string>();
        foreach (var request in requests) alone.Add(await _trainer.TextAsync(request));

        var together = await _trainer.TextsAsync(requests);
        var reversed = await _trainer.TextsAsync([.. requests.Reverse()]);

        together.ShouldBe(alone);
        reversed.Reverse().ShouldBe(alone);
        alone.Distinct().Count().ShouldBeGreaterThan(9);
    }

    [Fact]
    public async Task Generate_EndTokenSampled_LeavesItOutOfTheText()
    {
        var request = Request(seed: 6, tokens: 2_000);
        request.Sampling.Temperature = 5; // nearly uniform, so that the end token comes

        var answer = (await _trainer.ChunksAsync(request)).ShouldHaveSingleItem();

        answer.FinishReason.ShouldBe(FinishReason.Stop);
        answer.CompletionTokens.ShouldBeInRange(2, 1_999);
        answer.Text.ShouldNotContain("<|end|>");
    }

    [Fact]
    public async Task Generate_ZeroTemperature_IgnoresTheSeed()
    {
        var one = Request(seed: 1);
        var two = Request(seed: 2);
        one.Sampling.Temperature = two.Sampling.Temperature = 0;

        (await _trainer.TextAsync(one)).ShouldBe(await _trainer.TextAsync(two));
    }

    [Fact]
    public async Task Generate_CallersGoAway_StopsSampling()
    {
        using var cancelled = new CancellationTokenSource();
        AsyncServerStreamingCall<GenerateChunk>[] calls =
        [
            .. Enumerable.Range(0, 8).Select(_ => _trainer.Generation.Generate(Endless(), cancellationToken: cancelled.Token)),
        ];
        await Task.WhenAny(calls.Select(call => call.ResponseStream.MoveNext(Ct)));

        await cancelled.CancelAsync();
        await _trainer.TextAsync(Request(seed: 1));

        // The last four waited for a slot when the caller went: had they run, nothing would be missing.
        var all = 8 * (await _trainer.ChunksAsync(Endless()))[^1].CompletionTokens;
        all.ShouldBeGreaterThan(8 * 1_500);
        (await _trainer.SampledTokensAsync()).ShouldBeLessThan(all);
        foreach (var call in calls) call.Dispose();
    }

    [Fact]
    public async Task GetModel_Loaded_TellsWhatItIs()
    {
        var info = await _trainer.Generation.GetModelAsync(new GetModelRequest(), cancellationToken: Ct);

        (info.Name, info.Device, info.ContextLength).ShouldBe(("model", "cpu", SmallModel.ContextLength));
        info.Fingerprint.Length.ShouldBe(64);
        info.Parameters.ShouldBeGreaterThan(1_000);
        info.CheckpointIds.ShouldBeEmpty();
    }

    public static TheoryData<GenerateRequest, StatusCode, string> Mistakes => new()
    {
        {
            Changed(r => r.CheckpointId = "r9/checkpoint/sft"), StatusCode.NotFound,
            "There is no checkpoint 'r9/checkpoint/sft': "
        },
        { Changed(r => r.CheckpointId = "../../etc"), StatusCode.InvalidArgument, "'../../etc' is no checkpoint id" },
        { Changed(r => r.Messages.Clear()), StatusCode.InvalidArgument, "messages has 0 turns: give from 1 to 256." },
        { Changed(r => r.Messages[0].Role = "robot"), StatusCode.InvalidArgument,
            "messages names the role 'robot': use system, user, assistant." },
        { Changed(r => r.Messages[0].Content = new string('x', 2_000_000)), StatusCode.InvalidArgument,
            "messages has 2000000 characters, and this trainer takes 1048576: shorten them." },
        { Changed(r => r.Messages[0].Content = Repeat("@#", 1_100)), StatusCode.InvalidArgument,
            "The prompt has 2205 tokens, and the context holds 2048, of which the response needs at least one: " },
        { Changed(r => r.Sampling = null), StatusCode.InvalidArgument, "sampling is missing" },
        { Changed(r => r.Sampling.Temperature = -1), StatusCode.InvalidArgument,
            "sampling.temperature is -1: give from 0 to 5." },
        { Changed(r => r.Sampling.Temperature = double.NaN), StatusCode.InvalidArgument, "sampling.temperature is NaN" },
        { Changed(r => r.Sampling.TopP = 1.5), StatusCode.InvalidArgument, "sampling.top_p is 1.5: give from 0 to 1." },
        { Changed(r => r.Sampling.TopK = -1), StatusCode.InvalidArgument, "sampling.top_k is -1: give 0 or more." },
        { Changed(r => r.Sampling.MaxNewTokens = 0), StatusCode.InvalidArgument,
            "sampling.max_new_tokens is 0: give from 1 to 131072." },
    };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public async Task Generate_Mistake_IsRefusedWithAReason(GenerateRequest request, StatusCode code, string message)
    {
        var fault = await Should.ThrowAsync<RpcException>(_trainer.ChunksAsync(request));

        fault.StatusCode.ShouldBe(code);
        fault.Status.Detail.ShouldStartWith(message);
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static GenerateRequest Changed(Action<GenerateRequest> change)
    {
        var request = Request(seed: 1);
        change(request);
        return request;
    }

    /// <summary>A request that is answered until the context is full.</summary>
    private static GenerateRequest Endless()
    {
        var request = Request(seed: 0, tokens: SmallModel.ContextLength, stream: true);
        request.Sampling.Temperature = 0;
        return request;
    }

    private static GenerateRequest Request(
        ulong seed, string content = "question", int tokens = 40, bool stream = false) => new()
        {
            Messages = { new ChatTurn { Role = "user", Content = content } },
            Sampling = new SamplingOptions { Temperature = 1, MaxNewTokens = tokens },
            Seed = seed,
            StreamPieces = stream,
        };
}
