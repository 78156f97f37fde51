using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Sgasa.Contracts.Messages;
using Sgasa.Deploy.Tests.Support;
using Sgasa.Hosting.Bus;

namespace Sgasa.Deploy.Tests;

/// <summary>Alerts and pages speak of metrics that the services have.</summary>
public sealed partial class MetricTests
{
    private static readonly HashSet<string> Measured = [.. Instruments().SelectMany(Names)];

    private static IEnumerable<Alert> Alerts => Overlays.Of("production").Objects
        .OfType<CustomResource<PrometheusRule>>().SelectMany(r => r.Spec.Groups).SelectMany(g => g.Rules);

    [Fact]
    public void Alerts_EachMetricOfOurs_IsMeasured()
    {
        var asked = Alerts.SelectMany(a => Metric().Matches(a.Expr)).Select(m => m.Value).Distinct().ToList();

        asked.ShouldNotBeEmpty();
        asked.ShouldBeSubsetOf(Measured);
    }

    [Theory]
    [InlineData("docs/operations.md")]
    [InlineData("docs/kubernetes.md")]
    public void Page_EachMetricOfOurs_IsMeasured(string page)
    {
        var named = Metric().Matches(File.ReadAllText(Repository.In(page))).Select(m => m.Value).Distinct().ToList();

        named.ShouldNotBeEmpty();
        named.ShouldBeSubsetOf(Measured);
    }

    [Fact]
    public void Alerts_EachIsExplained()
    {
        var page = File.ReadAllText(Repository.In("docs/operations.md"));

        foreach (var alert in Alerts)
        {
            page.ShouldContain($"`{alert.Name}`");
            alert.Labels["severity"].ShouldBeOneOf("critical", "warning", "info");
            alert.Annotations["summary"].ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public void Alerts_EachQueue_IsOneOfOurs()
    {
        var queues = Alerts.SelectMany(a => Queues().Matches(a.Expr)).SelectMany(m => m.Groups[1].Value.Split('|'))
            .Where(q => !q.StartsWith('.'));

        queues.ShouldBe(WorkQueues.All.Except([WorkQueues.Of(typeof(TrainCheckpoint))]), ignoreOrder: true);
    }

    /// <summary>All instruments of the services, made when their classes are first used.</summary>
    private static List<Instrument> Instruments()
    {
        var found = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => found.Add(instrument) };
        listener.Start();
        foreach (var assembly in new[] { "Sgasa.Hosting", "Sgasa.Trainer", "Sgasa.Coordinator" }.Select(Assembly.Load))
        {
            foreach (var type in assembly.GetTypes().Where(t => t.Name.EndsWith("Metrics", StringComparison.Ordinal)))
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        return [.. found.Where(i => i.Meter.Name.StartsWith("Sgasa", StringComparison.Ordinal))];
    }

    /// <summary>The names that Prometheus sees: with the unit behind, and what the kind of instrument adds.</summary>
    private static IEnumerable<string> Names(Instrument instrument)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            { } u when u.EndsWith("/s", StringComparison.Ordinal) => "_per_second",
            _ => "",
        };
        var name = instrument.Name.Replace('.', '_') + unit;
        var kind = instrument.GetType().Name;
        return kind.Contains("Histogram", StringComparison.Ordinal) ? [name, name + "_bucket", name + "_count", name + "_sum"]
            : kind.Contains("Counter", StringComparison.Ordinal) ? [name + "_total"]
            : [name];
    }

    [GeneratedRegex(@"\b(?:sgasa|messaging|gen_ai)_[a-z_]+(?<!_status|_kind|_outcome|_name|_label|_stage|_type|_model)\b")]
    private static partial Regex Metric();

    [GeneratedRegex(@"queue=~\s*""([^""]+)""")]
    private static partial Regex Queues();
}
