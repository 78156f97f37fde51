using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Telemetry;
using Sgasa.Hosting.Tests.Bus;

namespace Sgasa.Hosting.Tests.Telemetry;

public sealed class RoundSpanFilterTests : IAsyncDisposable
{
    private readonly Measurements _measurements = new();
    private readonly Script _script = new();
    private readonly Failures _failures = new();
    private IHost? _host;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Consume_EveryTry_IsASpanOfTheRoundWithItsAttempt()
    {
        using var listener = Spans.Listen("r-tries", out var spans);
        _script.Act = (attempt, _) => attempt < 3 ? throw new ModelUnavailableException("busy") : Task.CompletedTask;

        await SendAsync(Some.Command() with { RoundId = "r-tries" }, until: () => spans.Count(IsProcess) == 3);

        var tries = spans.Where(IsProcess).OrderBy(s => s.StartTimeUtc).ToList();
        tries.Select(s => s.GetTagItem("sgasa.work.attempt")).ShouldBe([0, 1, 2]);
        tries.Select(s => s.Status).ShouldBe([ActivityStatusCode.Error, ActivityStatusCode.Error, ActivityStatusCode.Unset]);
        tries.ShouldAllBe(s => s.ParentSpanId == RoundTrace.ContextOf("r-tries").SpanId);
        tries.ShouldAllBe(s => (string?)s.GetTagItem("sgasa.work") == "AugmentPrompts Harmful 3");
        tries.ShouldAllBe(s => (string?)s.GetTagItem("messaging.destination.name") == "augment-prompts");
    }

    [Fact]
    public async Task Consume_MessageSentByARequest_IsLinkedToItsDeliveryInTheSameTrace()
    {
        using var listener = Spans.Listen("r-links", out var spans);
        using var request = new Activity("request").Start();

        await SendAsync(Some.Command() with { RoundId = "r-links" }, until: () => spans.Any(IsProcess));

        var process = spans.Single(IsProcess);
        var send = spans.Single(s => s.DisplayName == "send AugmentPrompts");
        process.Links.ShouldHaveSingleItem().Context.TraceId.ShouldBe(process.TraceId);
        send.Links.ShouldHaveSingleItem().Context.TraceId.ShouldBe(request.TraceId);
    }

    [Fact]
    public async Task Consume_Message_NamesItsOwnTypeAndNoneOfItsInterfaces()
    {
        using var listener = Spans.Listen("r-types", out var spans);

        await SendAsync(
            Some.Augmented() with { RoundId = "r-types" },
            until: () => spans.Any(s => s.DisplayName == "process follow-round"));

        spans.SelectMany(s => s.TagObjects).Select(t => $"{t.Value}").Where(v => v.StartsWith("urn:message:")).Distinct()
            .ShouldBe(["urn:message:Sgasa.Contracts.Messages:PromptAugmented"]);
    }

    [Fact]
    public async Task Consume_TriesAndFaults_AreMeasured()
    {
        _script.Act = (attempt, _) => attempt < 2
            ? throw new ModelUnavailableException("busy")
            : throw new UserErrorException("Mend it.");

        await SendAsync(Some.Command() with { RoundId = "r-faults" }, until: () => !_failures.All.IsEmpty);

        Of("sgasa.message.queue.duration", "sgasa.work.kind", "AugmentPrompts").ShouldNotBeEmpty();
        Of("messaging.process.duration", "sgasa.work.outcome", "transient_fault").ShouldNotBeEmpty();
        Of("messaging.process.duration", "sgasa.work.outcome", "permanent_fault").ShouldNotBeEmpty();
        Of("sgasa.message.retries", "sgasa.work.kind", "AugmentPrompts").ShouldNotBeEmpty();
        Of("sgasa.message.faults", "error.type", typeof(UserErrorException).FullName!).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Consume_AnEvent_CountsWhatItTells()
    {
        var heard = new PromptAugmented
        {
            RoundId = "r-events",
            Label = Label.Benign,
            Batch = 0,
            Requested = 7,
            Tokens = 1_234_567,
            Accepted = [.. Enumerable.Range(0, 3).Select(i => new AcceptedPrompt { PromptId = $"p{i}", Signature = "" })],
        };

        await SendAsync(heard, until: () => Of("sgasa.work.tokens", "sgasa.work.kind", "AugmentPrompts").Contains(1_234_567));

        Of("sgasa.prompts", "sgasa.outcome", "accepted").ShouldContain(3);
        Of("sgasa.prompts", "sgasa.outcome", "rejected").ShouldContain(4);
    }

    public async ValueTask DisposeAsync()
    {
        _measurements.Dispose();
        if (_host is null) return;
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private static bool IsProcess(Activity span) =>
        span.Source.Name == SgasaTelemetry.Name && span.DisplayName == "process augment-prompts";

    private IReadOnlyList<double> Of(string name, string tag, string value) => _measurements.Of(name, tag, value);

    private async Task SendAsync(object message, Func<bool> until)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSgasaDefaults().AddSingleton(_script).AddSingleton(_failures).AddSgasaBus(
            options => options.FirstRetryPause = TimeSpan.FromMilliseconds(1),
            bus =>
            {
                bus.AddConsumer<Bus.AugmentPromptsConsumer>();
                bus.AddConsumer<FollowRoundConsumer>();
                bus.AddConsumer<RecordFailuresConsumer>();
            });
        _host = builder.Build();
        await _host.StartAsync(Ct);
        await _host.Services.GetRequiredService<IMessageSender>().DispatchAsync(message, Ct);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (!until()) await Task.Delay(5, limit.Token);
    }
}
