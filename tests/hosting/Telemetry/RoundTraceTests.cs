using System.Diagnostics;
using Sgasa.Hosting.Telemetry;

namespace Sgasa.Hosting.Tests.Telemetry;

public sealed class RoundTraceTests
{
    [Fact]
    public void ContextOf_Round_IsTheHashOfItsIdForEver()
    {
        // printf r-1 | sha256sum
        var context = RoundTrace.ContextOf("r-1");

        context.TraceId.ToHexString().ShouldBe("a5fa777a3dc67268caea6eea038ba141");
        context.SpanId.ToHexString().ShouldBe("77e360dba84e1db4");
    }

    [Fact]
    public void Start_FromARequest_IsInTheRoundsTraceAndLinkedToIt()
    {
        using var listener = Spans.Listen("r-start", out var spans);
        using var request = new Activity("request").Start();

        using (var span = RoundTrace.Start("work", "r-start")) Activity.Current.ShouldBe(span);

        var work = spans.ShouldHaveSingleItem();
        work.TraceId.ShouldBe(RoundTrace.ContextOf("r-start").TraceId);
        work.Links.ShouldHaveSingleItem().Context.SpanId.ShouldBe(request.SpanId);
        Activity.Current.ShouldBe(request);
    }

    [Fact]
    public void Enter_WithinTheRoundsTrace_AddsNoSpan()
    {
        using var listener = Spans.Listen("r-enter", out var spans);
        using var outer = RoundTrace.Start("work", "r-enter");

        using var inner = RoundTrace.Enter("send", "r-enter");
        using var other = RoundTrace.Enter("send", "r-enter-2");

        inner.ShouldBeNull();
        other.ShouldNotBeNull().TraceId.ShouldNotBe(outer!.TraceId);
    }

    [Fact]
    public void Start_NoRound_AddsNoSpan()
    {
        using var listener = Spans.Listen("", out _);

        RoundTrace.Start("work", "").ShouldBeNull();
    }
}
