using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Work;

namespace Sgasa.Hosting.Tests.Work;

public sealed class RoundWorkConsumerTests : IAsyncDisposable
{
    private readonly TemporaryStores _stores = TemporaryStores.Open();
    private readonly ScriptedWork _work = new();
    private ServiceProvider? _bus;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Consume_Command_StoresTheArtifactsKeepsTheReceiptAndPublishesTheAnswer()
    {
        await StartAsync();

        await SendAsync(Some.Command());

        Answers().ShouldHaveSingleItem().Batch.ShouldBe(3);
        (await _stores.Artifacts.ListAsync<AugmentedPrompt>("r1", Ct)).ShouldHaveSingleItem().Id.ShouldBe("r1/p3");
        (await _stores.Artifacts.ListAsync<Receipt>("r1", Ct)).ShouldHaveSingleItem().Id
            .ShouldBe("r1/receipt/augment-prompts/harmful/00003");
    }

    [Fact]
    public async Task Consume_SameCommandAgain_RepeatsTheAnswerAndNotTheWork()
    {
        await StartAsync();
        await SendAsync(Some.Command());

        await SendAsync(Some.Command());

        _work.Done.ShouldBe(1);
        Answers().Select(a => a.Tokens).ShouldBe([7, 7]);
    }

    [Fact]
    public async Task Consume_RoundNoLongerRunning_IsPassedOverUntilItGoesOn()
    {
        await StartAsync();
        await SaveRoundAsync("Cancelled", version: 0);
        await SendAsync(Some.Command());
        _work.Done.ShouldBe(0);
        (await _stores.Artifacts.ListAsync<Receipt>("r1", Ct)).ShouldBeEmpty();

        await SaveRoundAsync(RoundDocument.Running, version: 1);
        await SendAsync(Some.Command());

        _work.Done.ShouldBe(1);
        Answers().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Consume_FaultThatPasses_DoesTheWorkAgainAndEndsTheSame()
    {
        await StartAsync();
        _work.Fault = new IOException("The disk was away for a moment.");

        await SendAsync(Some.Command());

        _work.Done.ShouldBe(2);
        (await _stores.Artifacts.ListAsync<AugmentedPrompt>("r1", Ct)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task AddRoundWork_DefinitionOfOneAtATime_HoldsUnlessTheOperatorSaysOtherwise()
    {
        await StartAsync(oneAtATime: true);
        await SendAsync([.. Enumerable.Range(0, 4).Select(i => Some.Command(i))]);
        (_work.Done, _work.MostAtOnce).ShouldBe((4, 1));

        await _bus!.DisposeAsync();
        _work.Meet = 3;
        await StartAsync(options => options.EndpointConcurrency["augment-prompts"] = 3, oneAtATime: true);
        await SendAsync([.. Enumerable.Range(4, 3).Select(i => Some.Command(i))]);

        (_work.Done, _work.MostAtOnce).ShouldBe((7, 3));
    }

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null) await _bus.DisposeAsync();
        _stores.Dispose();
    }

    private async Task StartAsync(Action<BusOptions>? configure = null, bool oneAtATime = false)
    {
        await _stores.Artifacts.UpsertAsync(Some.Specification(), Ct);
        var services = new ServiceCollection();
        services.AddSgasaDefaults().AddSingleton(_stores.Artifacts).AddSingleton(_stores.Rounds)
            .AddSingleton<IRoundWork<AugmentPrompts, PromptAugmented>>(_work)
            .AddSgasaBus(
                options =>
                {
                    options.FirstRetryPause = TimeSpan.FromMilliseconds(1);
                    configure?.Invoke(options);
                },
                bus =>
                {
                    if (oneAtATime) bus.AddRoundWork<AugmentPrompts, PromptAugmented, ScriptedWork, OneAtATime>();
                    else bus.AddRoundWork<AugmentPrompts, PromptAugmented, ScriptedWork>();
                })
            .AddMassTransitTestHarness(TextWriter.Null, bus => bus.SetTestTimeouts(
                testTimeout: TimeSpan.FromMinutes(1), testInactivityTimeout: TimeSpan.FromMinutes(1)));
        _bus = services.BuildServiceProvider(validateScopes: true);
        await _bus.StartTestHarness();
    }

    /// <summary>Sends commands and waits until each has been consumed.</summary>
    private async Task SendAsync(params AugmentPrompts[] commands)
    {
        var all = Consumed() + commands.Length;
        foreach (var command in commands) await _bus!.GetRequiredService<IMessageSender>().SendAsync(command, Ct);
        while (Consumed() < all) await Task.Delay(5, Ct);
    }

    // The harness waits for more unless it is told not to.
    private int Consumed() =>
        _bus!.GetTestHarness().Consumed.Select<AugmentPrompts>(new CancellationToken(canceled: true)).Count();

    private List<PromptAugmented> Answers() =>
    [
        .. _bus!.GetTestHarness().Published.Select<PromptAugmented>(new CancellationToken(canceled: true))
            .Select(p => p.Context.Message),
    ];

    private Task<bool> SaveRoundAsync(string status, long version) => _stores.Rounds.TrySaveAsync(
        new RoundDocument { Id = "r1", Version = version, Status = status, CreatedAt = Some.Start, Json = "{}" }, Ct);

    private sealed class OneAtATime(Microsoft.Extensions.Options.IOptions<BusOptions> options)
        : RoundWorkDefinition<AugmentPrompts, PromptAugmented>(options)
    {
        protected override int? AtOnce => 1;
    }

    private sealed class ScriptedWork : IRoundWork<AugmentPrompts, PromptAugmented>
    {
        private readonly Lock _lock = new();
        private int _atOnce;

        public int Done { get; private set; }

        public int MostAtOnce { get; private set; }

        /// <summary>How many must be at work before any of them ends.</summary>
        public int Meet { get; set; } = 1;

        /// <summary>Thrown once.</summary>
        public Exception? Fault { get; set; }

        public async Task<WorkDone<PromptAugmented>> DoAsync(
            RoundSpecification round, AugmentPrompts command, CancellationToken cancellationToken)
        {
            lock (_lock) (Done, MostAtOnce) = (Done + 1, Math.Max(MostAtOnce, ++_atOnce));
            try
            {
                while (Volatile.Read(ref _atOnce) < Meet && MostAtOnce < Meet) await Task.Delay(5, cancellationToken);
                if (Fault is { } fault)
                {
                    Fault = null;
                    throw fault;
                }
            }
            finally
            {
                lock (_lock) _atOnce--;
            }

            var prompt = new AugmentedPrompt
            {
                Id = $"{round.Id}/p{command.Batch}",
                RoundId = round.Id,
                Text = "text",
                Label = command.Label,
                Verdict = PromptVerdict.Accepted,
                ExampleIds = [],
                InstructionHash = "",
            };
            var answer = new PromptAugmented
            {
                RoundId = round.Id,
                Label = command.Label,
                Batch = command.Batch,
                Accepted = [new AcceptedPrompt { PromptId = prompt.Id, Signature = "" }],
                Requested = command.Count,
                Tokens = 7,
            };
            return WorkDone.With([prompt], answer, "1 of 2");
        }
    }
}
