using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Hosting.Tests.Bus;

public sealed class BusTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Consume_WorkDone_PublishesNoFailure()
    {
        await using var bus = await StartAsync(new Script());

        await SendAsync(bus, Some.Command());

        (await bus.GetTestHarness().Consumed.Any<AugmentPrompts>(Token)).ShouldBeTrue();
        bus.GetRequiredService<Failures>().All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Consume_TransientFaultTwice_TriesAThirdTime()
    {
        var script = new Script
        {
            Act = (attempt, _) => attempt < 3 ? throw new ModelUnavailableException("busy") : Task.CompletedTask,
        };
        await using var bus = await StartAsync(script);

        await SendAsync(bus, Some.Command());

        (await bus.GetTestHarness().Consumed.Any<AugmentPrompts>(m => m.Exception is null, Token)).ShouldBeTrue();
        script.Attempts.ShouldBe(3);
        (await FailuresAsync(bus)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Consume_TransientFaultForever_FailsTheWorkOnceAfterTheLastRetry()
    {
        var script = new Script { Act = (_, _) => throw new ModelUnavailableException("The trainer could not answer.") };
        await using var bus = await StartAsync(script, retries: 4);

        await SendAsync(bus, Some.Command(batch: 3));

        (await FailuresAsync(bus)).ShouldBe(
            [new WorkFailed { RoundId = "r1", Work = "AugmentPrompts Harmful 3", Reason = "The trainer could not answer." }]);
        script.Attempts.ShouldBe(5);
    }

    public static TheoryData<Exception, string> PermanentFaults => new()
    {
        { new UserErrorException("Mend the recipe."), "Mend the recipe." },
        { new ModelRequestException("No such checkpoint."), "No such checkpoint." },
        {
            new ArtifactNotFoundException("Guideline", "r1/guideline/00000-00000"),
            "Guideline 'r1/guideline/00000-00000' is not in the artifact store."
        },
        { new InvalidOperationException("two\nlines"), "InvalidOperationException: two lines" },
    };

    [Theory]
    [MemberData(nameof(PermanentFaults), DisableDiscoveryEnumeration = true)]
    public async Task Consume_PermanentFault_FailsTheWorkAtOnce(Exception fault, string reason)
    {
        var script = new Script { Act = (_, _) => throw fault };
        await using var bus = await StartAsync(script);

        await SendAsync(bus, Some.Command());

        (await FailuresAsync(bus)).ShouldHaveSingleItem().Reason.ShouldBe(reason);
        script.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Consume_FaultOfAnEventsConsumer_FailsNoWork()
    {
        var script = new Script { Act = (_, _) => throw new InvalidOperationException("no") };
        await using var bus = await StartAsync(script);

        await bus.GetRequiredService<IMessageSender>().DispatchAsync(Some.Augmented(), Token);

        (await bus.GetTestHarness().Published.Any<Fault<PromptAugmented>>(Token)).ShouldBeTrue();
        (await FailuresAsync(bus)).ShouldBeEmpty();
    }

    [Fact]
    public async Task DispatchAsync_Command_GoesToItsQueueOnly()
    {
        var script = new Script();
        await using var bus = await StartAsync(script);
        var command = new EvaluateCheckpoint
        {
            RoundId = "r1",
            Method = Method.Context,
            CheckpointId = null,
            GuidelineIds = ["g"],
            Shard = 2,
            PromptIds = ["a", "b"],
        };

        await bus.GetRequiredService<IMessageSender>().DispatchAsync(command, Token);

        (await bus.GetTestHarness().Consumed.Any<EvaluateCheckpoint>(Token)).ShouldBeTrue();
        script.Seen.ShouldHaveSingleItem().ShouldBeEquivalentTo(command with { GuidelineIds = List("g"), PromptIds = List("a", "b") });
        bus.GetTestHarness().Sent.Select<EvaluateCheckpoint>(Token).ShouldHaveSingleItem()
            .Context.DestinationAddress!.AbsolutePath.ShouldEndWith("/evaluate-checkpoint");
        bus.GetTestHarness().Published.Select<EvaluateCheckpoint>(Token).ShouldBeEmpty();
    }

    [Fact]
    public async Task DispatchAsync_Event_IsPublishedWhole()
    {
        var script = new Script();
        await using var bus = await StartAsync(script);

        await bus.GetRequiredService<IMessageSender>().DispatchAsync(Some.Augmented(), Token);

        (await bus.GetTestHarness().Published.Any<PromptAugmented>(Token)).ShouldBeTrue();
        (await bus.GetTestHarness().Consumed.Any<PromptAugmented>(Token)).ShouldBeTrue();
        script.Seen.ShouldHaveSingleItem().ShouldBeEquivalentTo(Some.Augmented());
    }

    [Fact]
    public async Task SendAsync_Event_Throws()
    {
        await using var bus = await StartAsync(new Script());

        var error = await Should.ThrowAsync<ArgumentException>(() => SendAsync(bus, Some.Augmented()));

        error.Message.ShouldStartWith("PromptAugmented is no command: publish it.");
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 5)]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    public async Task AddSgasaBus_StoppedWhileWorking_GivesNothingUp(bool otherFaultOnTheWayDown, int retries)
    {
        var (started, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        var script = new Script
        {
            Act = async (_, ct) =>
            {
                started.SetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, ct);
                }
                catch (OperationCanceledException) when (otherFaultOnTheWayDown)
                {
                    throw new InvalidOperationException("The store is closed.");
                }
                finally
                {
                    cancelled.SetResult();
                }
            },
        };
        using var host = Host(script, bus => (bus.StopGrace, bus.Retries) = (TimeSpan.Zero, retries));
        var published = new PublishedMessages();
        await host.StartAsync(Token);
        host.Services.GetRequiredService<IBus>().ConnectPublishObserver(published);
        await host.Services.GetRequiredService<IMessageSender>().SendAsync(Some.Command(), Token);
        await started.Task.WaitAsync(Token);

        await host.StopAsync(Token);

        await cancelled.Task.WaitAsync(Token);
        published.OfWork.ShouldBeEmpty();
    }

    [Fact]
    public async Task AddSgasaBus_EndpointConcurrency_LimitsItsQueue()
    {
        var (working, most, done) = (0, 0, new CountdownEvent(6));
        var script = new Script
        {
            Act = async (_, _) =>
            {
                var now = Interlocked.Increment(ref working);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Decrement(ref working);
                done.Signal();
            },
        };
        using var host = Host(script, bus => bus.EndpointConcurrency["augment-prompts"] = 1);
        await host.StartAsync(Token);

        for (var batch = 0; batch < 6; batch++)
            await host.Services.GetRequiredService<IMessageSender>().SendAsync(Some.Command(batch), Token);

        await Task.Run(() => done.Wait(Token), Token);
        most.ShouldBe(1);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddSgasaBus_BrokerWithoutAddressOrPassword_StopsTheStart()
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
        [
            new("Bus:Transport", "RabbitMq"),
            new("Bus:EndpointConcurrency:augment-prompts", "0"),
            new("Bus:Tls:Enabled", "true"),
            new("Bus:Tls:CaFile", "no/such.pem"),
            new("Bus:Tls:KeyFile", "alone.pem"),
        ]);
        builder.Services.AddSgasaBus(builder.Configuration.GetSection(BusOptions.Section), _ => { });
        using var host = builder.Build();

        var error = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(Token));

        error.Message.ShouldContain("Bus:Host is empty: RabbitMq needs it.");
        error.Message.ShouldContain("Bus:Username is empty: RabbitMq needs it.");
        error.Message.ShouldContain("Bus:Password is empty: RabbitMq needs it.");
        error.Message.ShouldContain("Bus:EndpointConcurrency:augment-prompts is 0: take a number from 1 to 1024.");
        error.Message.ShouldContain("Bus:Tls:CaFile names 'no/such.pem', where there is no file.");
        error.Message.ShouldContain("Bus:Tls:CertificateFile and Bus:Tls:KeyFile go together: name both or none.");
    }

    [Fact]
    public void PrefetchOf_KindsOfWork_IsOneForTrainingSmallForModelsAndLargerForEvents()
    {
        var options = new BusOptions();

        int Prefetch(string queue) => options.PrefetchOf(queue);

        Prefetch("augment-prompts").ShouldBe(4);
        Prefetch("advance-round").ShouldBe(32);
    }

    [Fact]
    public void RetryDelay_Defaults_BridgeHalfAnHour()
    {
        var options = new BusOptions();

        var delays = Enumerable.Range(0, options.DelayedRetries).Select(options.RetryDelay).ToList();

        delays.ShouldAllBe(d => d <= TimeSpan.FromMinutes(5));
        TimeSpan.FromSeconds(delays.Sum(d => d!.Value.TotalSeconds)).ShouldBeGreaterThan(TimeSpan.FromMinutes(30));
        options.RetryDelay(options.DelayedRetries).ShouldBeNull();
    }

    [Fact]
    public void All_EveryCommand_HasAQueueNamedAfterItsVerb() => WorkQueues.All.ShouldBe(
        ["augment-prompts", "build-pairs", "evaluate-checkpoint", "synthesize-guideline", "train-checkpoint"]);

    private static async Task<ServiceProvider> StartAsync(Script script, int retries = 5)
    {
        var services = new ServiceCollection();
        services.AddSingleton(script).AddSingleton<Failures>();
        services.AddSgasaBus(
            options => Quick(options, retries),
            bus =>
            {
                bus.AddConsumer<AugmentPromptsConsumer>();
                bus.AddConsumer<EvaluateCheckpointConsumer>();
                bus.AddConsumer<FollowRoundConsumer>();
                bus.AddConsumer<RecordFailuresConsumer>();
            });
        services.AddMassTransitTestHarness(TextWriter.Null, _ => { });
        var provider = services.BuildServiceProvider(validateScopes: true);
        await provider.StartTestHarness();
        return provider;
    }

    private static IHost Host(Script script, Action<BusOptions> configure)
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(script);
        builder.Services.AddSgasaBus(
            options =>
            {
                Quick(options, retries: 5);
                configure(options);
            },
            bus => bus.AddConsumer<AugmentPromptsConsumer>());
        return builder.Build();
    }

    private static void Quick(BusOptions options, int retries)
    {
        options.Retries = retries;
        options.FirstRetryPause = TimeSpan.FromMilliseconds(1);
        options.LongestRetryPause = TimeSpan.FromMilliseconds(1);
    }

    private static Task SendAsync(ServiceProvider bus, object command) =>
        bus.GetRequiredService<IMessageSender>().SendAsync(command, Token);

    /// <summary>The failures published until nothing moves any more.</summary>
    private static async Task<IReadOnlyCollection<WorkFailed>> FailuresAsync(ServiceProvider bus)
    {
        await bus.GetTestHarness().InactivityTask;
        return bus.GetRequiredService<Failures>().All;
    }

    private static List<string> List(params string[] items) => [.. items];

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = most)
            Interlocked.CompareExchange(ref most, value, seen);
    }

    private sealed class PublishedMessages : IPublishObserver
    {
        public List<WorkFailed> OfWork { get; } = [];

        public Task PrePublish<T>(PublishContext<T> context) where T : class
        {
            if (context.Message is WorkFailed failed)
                OfWork.Add(failed);
            return Task.CompletedTask;
        }

        public Task PostPublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

        public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;
    }
}
