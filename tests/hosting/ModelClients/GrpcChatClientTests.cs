using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Hosting.Tests.ModelClients;

public sealed class GrpcChatClientTests : IAsyncLifetime
{
    private static readonly ChatMessage[] Chat =
    [
        new(ChatRole.System, "Follow the guideline."),
        new(ChatRole.User, "What is a tide?"),
        new(ChatRole.Assistant, "Water."),
        new(ChatRole.User, "Why? 😀"),
    ];

    private GenerationServer _server = null!;
    private GrpcChannel _channel = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FakeGeneration Model => _server.Model;

    public async ValueTask InitializeAsync()
    {
        _server = await GenerationServer.StartAsync();
        _channel = TrainerAddress.Connect(_server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task GetResponseAsync_Answer_HasTextUsageAndFinishReason()
    {
        var response = await Client().GetResponseAsync(Chat, new ChatOptions { ModelId = "r1/checkpoint/sft" }, Token);

        response.Text.ShouldBe("<think>so</think>Yes.");
        response.Messages.ShouldHaveSingleItem().Role.ShouldBe(ChatRole.Assistant);
        response.ModelId.ShouldBe("r1/checkpoint/sft");
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount)
            .ShouldBe((11, 5, 16));
    }

    [Fact]
    public async Task GetResponseAsync_AllOptions_ArriveAtTheTrainer()
    {
        var options = new ChatOptions
        {
            ModelId = "r1/checkpoint/sft",
            Temperature = 0.6f,
            TopP = 0.95f,
            TopK = 40,
            MaxOutputTokens = 77,
            Seed = long.MaxValue,
        };

        await Client().GetResponseAsync(Chat, options, Token);

        var request = Model.Requests.ShouldHaveSingleItem();
        request.CheckpointId.ShouldBe("r1/checkpoint/sft");
        request.Seed.ShouldBe(9_223_372_036_854_775_807UL);
        request.StreamPieces.ShouldBeFalse();
        // Exactly: the way through a float must not turn 0.6 into 0.60000002384.
        request.Sampling.ShouldBe(new SamplingOptions { Temperature = 0.6, TopP = 0.95, TopK = 40, MaxNewTokens = 77 });
        request.Messages.Select(m => (m.Role, m.Content)).ShouldBe(
        [
            ("system", "Follow the guideline."), ("user", "What is a tide?"), ("assistant", "Water."), ("user", "Why? 😀"),
        ]);
    }

    [Fact]
    public async Task GetResponseAsync_NoOptions_TakesTheBaseModelAndThePapersSampling()
    {
        await Client().GetResponseAsync(Chat, options: null, Token);

        var request = Model.Requests.ShouldHaveSingleItem();
        (request.CheckpointId, request.Seed).ShouldBe(("", 0UL));
        request.Sampling.ShouldBe(new SamplingOptions { Temperature = 0.6, TopP = 1, TopK = 0, MaxNewTokens = 1_536 });
    }

    [Fact]
    public async Task GetResponseAsync_Instructions_ComeFirst()
    {
        await Client().GetResponseAsync([Chat[1]], new ChatOptions { Instructions = "Be brief." }, Token);

        Model.Requests.ShouldHaveSingleItem().Messages.Select(m => (m.Role, m.Content))
            .ShouldBe([("system", "Be brief."), ("user", "What is a tide?")]);
    }

    [Fact]
    public async Task GetResponseAsync_TokenLimitReached_FinishesByLength()
    {
        Model.Answer = (_, stream, _) => stream.WriteAsync(FakeGeneration.Last("cut", FinishReason.Length));

        var response = await Client().GetResponseAsync(Chat, null, Token);

        response.FinishReason.ShouldBe(ChatFinishReason.Length);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_Pieces_ComeInOrderWithUsageAtTheEnd()
    {
        Model.Answer = async (_, stream, _) =>
        {
            await stream.WriteAsync(new GenerateChunk { Text = "It " });
            await stream.WriteAsync(new GenerateChunk { Text = "is" });
            await stream.WriteAsync(FakeGeneration.Last("."));
        };

        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Client().GetStreamingResponseAsync(Chat, null, Token))
            updates.Add(update);

        Model.Requests.ShouldHaveSingleItem().StreamPieces.ShouldBeTrue();
        updates.Select(u => u.Text).ShouldBe(["It ", "is", "."]);
        updates.Select(u => u.FinishReason).ShouldBe([null, null, ChatFinishReason.Stop]);
        var whole = updates.ToChatResponse();
        (whole.Text, whole.Usage!.InputTokenCount, whole.Usage.OutputTokenCount).ShouldBe(("It is.", 11, 5));
    }

    [Fact(Timeout = 60_000)]
    public async Task GetStreamingResponseAsync_FirstPiece_ComesBeforeTheAnswerEnds()
    {
        var read = new TaskCompletionSource();
        Model.Answer = async (_, stream, context) =>
        {
            await stream.WriteAsync(new GenerateChunk { Text = "first" });
            await read.Task.WaitAsync(context.CancellationToken);
            await stream.WriteAsync(FakeGeneration.Last("last"));
        };

        // If the client waited for the whole answer, the server would wait for it in turn, and the test would hang.
        var texts = new List<string>();
        await foreach (var update in Client().GetStreamingResponseAsync(Chat, null, TestContext.Current.CancellationToken))
        {
            texts.Add(update.Text);
            read.TrySetResult();
        }

        texts.ShouldBe(["first", "last"]);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.Cancelled)]
    public async Task GetResponseAsync_TrainerCannotNow_IsTransient(StatusCode status)
    {
        Model.Answer = (_, _, _) => throw new RpcException(new Status(status, "loading"));

        var fault = await Should.ThrowAsync<ModelUnavailableException>(() => Client().GetResponseAsync(Chat, null, Token));

        fault.Message.ShouldBe($"The trainer could not answer ({status}): loading");
        TransientFaults.IsTransient(fault).ShouldBeTrue();
    }

    [Theory]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unimplemented)]
    public async Task GetResponseAsync_TrainerNeverWill_IsPermanent(StatusCode status)
    {
        Model.Answer = (_, _, _) => throw new RpcException(new Status(status, "no checkpoint 'x'"));

        var fault = await Should.ThrowAsync<ModelRequestException>(() => Client().GetResponseAsync(Chat, null, Token));

        fault.Message.ShouldBe($"The trainer refused a request ({status}): no checkpoint 'x'");
        TransientFaults.IsTransient(fault).ShouldBeFalse();
    }

    [Fact]
    public async Task GetStreamingResponseAsync_FaultAfterAPiece_IsTyped()
    {
        Model.Answer = async (_, stream, _) =>
        {
            await stream.WriteAsync(new GenerateChunk { Text = "first" });
            throw new RpcException(new Status(StatusCode.Unavailable, "stopping"));
        };

        await Should.ThrowAsync<ModelUnavailableException>(
            () => Client().GetStreamingResponseAsync(Chat, null, Token).ToChatResponseAsync(Token));
    }

    [Fact]
    public async Task GetResponseAsync_ConnectionBreaksInTheMiddle_IsTransient()
    {
        Model.Answer = async (_, stream, context) =>
        {
            await stream.WriteAsync(new GenerateChunk { Text = "first" });
            context.GetHttpContext().Abort();
        };

        await Should.ThrowAsync<ModelUnavailableException>(() => Client().GetResponseAsync(Chat, null, Token));
    }

    [Fact]
    public async Task GetResponseAsync_AnswerWithoutItsLastChunk_IsTransient()
    {
        Model.Answer = (_, stream, _) => stream.WriteAsync(new GenerateChunk { Text = "first" });

        var fault = await Should.ThrowAsync<ModelUnavailableException>(() => Client().GetResponseAsync(Chat, null, Token));

        fault.Message.ShouldBe("The trainer's answer ended before its last chunk.");
    }

    [Fact]
    public async Task GetResponseAsync_NobodyListens_IsTransient()
    {
        using var channel = TrainerAddress.Connect(_server.Address + ".none");

        await Should.ThrowAsync<ModelUnavailableException>(() => Client(channel).GetResponseAsync(Chat, null, Token));
    }

    [Fact]
    public async Task GetResponseAsync_TimeIsUp_IsTransient()
    {
        Model.Answer = (_, _, context) => Task.Delay(Timeout.Infinite, context.CancellationToken);
        // A clock that is a day behind: the deadline is over when the call begins.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-1));

        var fault = await Should.ThrowAsync<ModelUnavailableException>(
            () => Client(time: time).GetResponseAsync(Chat, null, Token));

        fault.Message.ShouldStartWith("The trainer could not answer (DeadlineExceeded)");
    }

    [Fact]
    public async Task GetResponseAsync_Cancelled_CancelsTheTrainersWork()
    {
        var (arrived, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        Model.Answer = async (_, _, context) =>
        {
            context.CancellationToken.Register(stopped.SetResult);
            arrived.SetResult();
            await stopped.Task;
        };
        using var cancellation = new CancellationTokenSource();
        var response = Client().GetResponseAsync(Chat, null, cancellation.Token);
        await arrived.Task.WaitAsync(Token);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => response);
        await stopped.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task GetResponseAsync_LongTexts_PassBothWays()
    {
        // Beyond gRPC's default limit of 4 MiB.
        var text = new string('x', 6 * 1024 * 1024);
        Model.Answer = (request, stream, _) => stream.WriteAsync(FakeGeneration.Last(request.Messages[0].Content));

        var response = await Client().GetResponseAsync([new(ChatRole.User, text)], null, Token);

        response.Text.Length.ShouldBe(text.Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task GetResponseAsync_MoreCallsThanAConnectionCarries_AllRunAtOnce()
    {
        // A connection carries 100 calls. Nobody is answered before all have arrived.
        const int Calls = 150;
        var (arrived, all) = (0, new TaskCompletionSource());
        Model.Answer = async (_, stream, context) =>
        {
            if (Interlocked.Increment(ref arrived) == Calls)
                all.SetResult();
            await all.Task.WaitAsync(context.CancellationToken);
            await stream.WriteAsync(FakeGeneration.Last("done"));
        };

        var responses = await Task.WhenAll(
            Enumerable.Range(0, Calls).Select(_ => Client().GetResponseAsync(Chat, null, TestContext.Current.CancellationToken)));

        responses.ShouldAllBe(r => r.Text == "done");
    }

    [Fact]
    public async Task GetResponseAsync_LoopbackPort_Answers()
    {
        await using var server = await GenerationServer.StartAsync(tcp: true);
        using var channel = TrainerAddress.Connect(server.Address);

        var response = await Client(channel).GetResponseAsync(Chat, null, Token);

        response.Text.ShouldBe("<think>so</think>Yes.");
    }

    public static TheoryData<ChatOptions, string> Unsupported => new()
    {
        { new ChatOptions { StopSequences = ["\n"] }, "StopSequences" },
        { new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] }, "Tools" },
        { new ChatOptions { FrequencyPenalty = 0.5f }, "FrequencyPenalty" },
        { new ChatOptions { PresencePenalty = 0.5f }, "PresencePenalty" },
        { new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, "ResponseFormat" },
    };

    [Theory]
    [MemberData(nameof(Unsupported), DisableDiscoveryEnumeration = true)]
    public async Task GetResponseAsync_OptionThatTheTrainerIgnoresOtherwise_IsRefused(ChatOptions options, string name)
    {
        var fault = await Should.ThrowAsync<ModelRequestException>(() => Client().GetResponseAsync(Chat, options, Token));

        fault.Message.ShouldBe($"The trainer can't honour ChatOptions.{name}: leave it out.");
        Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetResponseAsync_ContentThatIsNoText_IsRefused()
    {
        var image = new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")]);

        var fault = await Should.ThrowAsync<ModelRequestException>(() => Client().GetResponseAsync([image], null, Token));

        fault.Message.ShouldBe("The trainer reads text only, not DataContent.");
    }

    [Fact]
    public async Task GetResponseAsync_RoleOfATool_IsRefused()
    {
        var fault = await Should.ThrowAsync<ModelRequestException>(
            () => Client().GetResponseAsync([new(ChatRole.Tool, "1")], null, Token));

        fault.Message.ShouldBe("The trainer knows no chat role 'tool': use system, user or assistant.");
    }

    [Fact]
    public async Task GetService_ItsParts_AreFound()
    {
        IChatClient client = Client();

        var generation = client.GetService<Generation.GenerationClient>()!;

        (await generation.GetModelAsync(new GetModelRequest(), cancellationToken: Token)).Name.ShouldBe("fake");
        client.GetService<ChatClientMetadata>()!.ProviderName.ShouldBe("sgasa-trainer");
        client.GetService<GrpcChatClient>().ShouldBeSameAs(client);
        client.GetService<string>().ShouldBeNull();
    }

    private GrpcChatClient Client(GrpcChannel? channel = null, TimeProvider? time = null) =>
        new(new Generation.GenerationClient(channel ?? _channel), TimeSpan.FromMinutes(10), time ?? TimeProvider.System);
}
