using k8s.Models;
using Sgasa.Deploy.Tests.Support;
using Sgasa.Hosting;
using Sgasa.Hosting.Health;

namespace Sgasa.Deploy.Tests;

/// <summary>Ports, paths and names agree, and the network lets through what the services need and nothing else.</summary>
public sealed class NetworkTests
{
    public static TheoryData<string> All => [.. Overlays.Names];

    [Theory]
    [MemberData(nameof(All))]
    public void Probes_OfServices_AskTheHealthEndpoints(string overlay)
    {
        foreach (var (name, pod) in Overlays.Of(overlay).Services)
        {
            var container = pod.Spec.Containers.Single();
            container.LivenessProbe.HttpGet.Path.ShouldBe(HealthEndpoints.Live);
            container.ReadinessProbe.HttpGet.Path.ShouldBe(HealthEndpoints.Ready);
            container.StartupProbe.HttpGet.Path.ShouldBe(name == "trainer" ? HealthEndpoints.Ready : HealthEndpoints.Live);
            container.ReadinessProbe.TimeoutSeconds.ShouldNotBeNull()
                .ShouldBeGreaterThan((int)HealthEndpoints.Patience.TotalSeconds);
            container.Ports.Single(p => p.Name == "http").ContainerPort.ShouldBe(new HttpOptions().Port);
            Overlays.Of(overlay).SettingsOf(name)["Http__Address"].ShouldBe("*");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Trainer_IsFoundWhereTheWorkersLook(string overlay)
    {
        var all = Overlays.Of(overlay);
        var listen = new Uri(all.SettingsOf("trainer")["Trainer__Listen"]);
        var container = all.Services["trainer"].Spec.Containers.Single();

        foreach (var worker in all.Services.Keys.Except(["trainer"]))
        {
            var address = new Uri(all.SettingsOf(worker)["Models__Generator__Address"]);

            address.Scheme.ShouldBe(listen.Scheme);
            var service = all.Objects.OfType<V1Service>().Single(s => s.Metadata.Name == address.Host);
            var port = service.Spec.Ports.Single(p => p.Port == address.Port);
            container.Ports.Single(p => p.Name == (string)port.TargetPort).ContainerPort.ShouldBe(listen.Port);
            all.SettingsOf(worker).ContainsKey("Security__Tls__CaFile").ShouldBe(address.Scheme == "https");
        }

        // On this side an authority would ask the callers for certificates.
        all.SettingsOf("trainer").ShouldNotContainKey("Security__Tls__CaFile");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Services_EachSelectsPods_AtPortsThatTheyHave(string overlay)
    {
        var all = Overlays.Of(overlay);
        foreach (var service in all.Objects.OfType<V1Service>())
        {
            var pods = all.Pods.Values.Where(p => service.Spec.Selector.All(p.Metadata.Labels.Contains));
            var ports = pods.ShouldHaveSingleItem().Spec.Containers.SelectMany(c => c.Ports).Select(p => p.Name);

            service.Spec.Ports.Select(p => (string)p.TargetPort).ShouldBeSubsetOf(ports, service.Metadata.Name);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Policies_EveryService_MaySpeakToBrokerDatabaseAndTrainerOnly(string overlay)
    {
        var all = Overlays.Of(overlay);
        foreach (var (name, pod) in all.Services)
        {
            var policies = all.Objects.OfType<V1NetworkPolicy>().Where(p => Selects(p.Spec.PodSelector, pod)).ToList();

            policies.ShouldContain(p => p.Spec.PolicyTypes.Contains("Egress"), name);
            policies.ShouldContain(p => p.Spec.PolicyTypes.Contains("Ingress"), name);
            var outward = policies.SelectMany(p => p.Spec.Egress ?? []).ToList();
            outward.ShouldAllBe(e => e.To != null && e.To.Count > 0 && e.Ports != null && e.Ports.Count > 0);
            outward.SelectMany(e => e.To).ShouldAllBe(t => t.IpBlock == null);
            var ports = outward.SelectMany(e => e.Ports).Select(p => (string)p.Port).ToList();
            foreach (var needed in new[] { "53", "5671", "5672", "27017", "5600" }) ports.ShouldContain(needed);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Policies_BrokerAndDatabase_AnswerThisSystemOnly(string overlay)
    {
        var policies = Overlays.Of(overlay).Objects.OfType<V1NetworkPolicy>().ToDictionary(p => p.Metadata.Name);
        foreach (var name in new[] { "rabbitmq", "mongodb" })
        {
            policies[name].Spec.PolicyTypes.ShouldBe(["Ingress"]);
            policies[name].Spec.Ingress.ShouldAllBe(i => i.FromProperty != null && i.FromProperty.Count > 0);
            policies[name].Spec.Ingress.SelectMany(i => i.FromProperty).ShouldAllBe(f => f.IpBlock == null);
        }
    }

    [Fact]
    public void Production_Certificates_NameWhatIsAskedFor()
    {
        var all = Overlays.Of("production");
        var names = all.Objects.OfType<CustomResource<Certificate>>()
            .ToDictionary(c => c.Spec.SecretName, c => c.Spec.DnsNames);
        var broker = all.Objects.OfType<CustomResource<RabbitmqCluster>>().Single();
        var settings = all.SettingsOf("augmenter");

        names[broker.Spec.Tls.SecretName].ShouldContain(settings["Bus__Host"]);
        names["trainer-certificate"].ShouldContain(new Uri(settings["Models__Generator__Address"]).Host);
        all.Services["trainer"].Spec.Volumes.ShouldContain(v => v.Secret != null && v.Secret.SecretName == "trainer-certificate");
        settings["Bus__Host"].ShouldBe(broker.Metadata.Name);
        var database = all.Objects.OfType<CustomResource<MongoDBCommunity>>().Single();
        names[database.Spec.Security.Tls.CertificateKeySecretRef.Name]
            .ShouldContain($"*.{database.Metadata.Name}-svc.sgasa.svc.cluster.local");
        database.Spec.Users.Single().Roles.Single().Db.ShouldBe(settings["Store__Database"]);
    }

    private static bool Selects(V1LabelSelector selector, V1PodTemplateSpec pod) =>
        (selector.MatchLabels ?? new Dictionary<string, string>()).All(pod.Metadata.Labels.Contains);
}
