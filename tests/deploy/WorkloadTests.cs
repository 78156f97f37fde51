using k8s.Models;
using Sgasa.Deploy.Tests.Kustomize;
using Sgasa.Deploy.Tests.Support;

namespace Sgasa.Deploy.Tests;

/// <summary>What an operator expects of every pod.</summary>
public sealed class WorkloadTests
{
    private static readonly string[] Services = ["augmenter", "coordinator", "evaluator", "synthesizer", "trainer"];

    public static TheoryData<string, string> Pods =>
        [.. Overlays.Names.SelectMany(o => Overlays.Of(o).Pods.Keys.Select(p => (o, p)))];

    [Theory]
    [InlineData("development")]
    [InlineData("production")]
    public void Overlay_HasEachServiceOnce(string overlay) =>
        Overlays.Of(overlay).Services.Keys.ShouldBe(Services, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Pods))]
    public void Pod_HasProbesAndLimits(string overlay, string name)
    {
        foreach (var container in Overlays.Of(overlay).Pods[name].Spec.Containers)
        {
            container.StartupProbe.ShouldNotBeNull();
            container.LivenessProbe.ShouldNotBeNull();
            container.ReadinessProbe.ShouldNotBeNull();
            foreach (var resource in new[] { "cpu", "memory" })
            {
                var (request, limit) = (container.Resources.Requests[resource], container.Resources.Limits[resource]);
                request.ToDecimal().ShouldBeInRange(0.001m, limit.ToDecimal());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void Pod_RunsWithoutRights(string overlay, string name) => RunsWithoutRights(Overlays.Of(overlay).Pods[name].Spec);

    [Fact]
    public void Production_Backup_RunsWithoutRights()
    {
        var job = Overlays.Of("production").Objects.OfType<V1CronJob>().Single().Spec;

        RunsWithoutRights(job.JobTemplate.Spec.Template.Spec);
        job.ConcurrencyPolicy.ShouldBe("Forbid");
        job.JobTemplate.Spec.Template.Spec.Containers.ShouldAllBe(c => IsPinned(c.Image));
    }

    [Theory]
    [InlineData("model-loader")]
    [InlineData("database-shell")]
    public void Tool_RunsWithoutRights_AndEndsByItself(string folder)
    {
        var resources = KustomizeBuild.Of(Path.Combine(Repository.Kubernetes, folder));

        var pod = resources.Select(Schemas.Read).OfType<V1Pod>().Single().Spec;

        RunsWithoutRights(pod);
        IsPinned(pod.Containers.Single().Image).ShouldBeTrue();
        string.Join(' ', pod.Containers.Single().Command).ShouldContain("sleep");
        pod.RestartPolicy.ShouldBe("Never");
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void Pod_EachImage_IsOfOneVersion(string overlay, string name) =>
        Overlays.Of(overlay).Pods[name].Spec.Containers.ShouldAllBe(c => IsPinned(c.Image));

    [Theory]
    [MemberData(nameof(Pods))]
    public void Pod_EachMount_HasItsVolumeAndPlaceOfItsOwn(string overlay, string name)
    {
        var pod = Overlays.Of(overlay).Pods[name].Spec;
        var claims = Overlays.Of(overlay).Objects.OfType<V1StatefulSet>().Where(s => s.Metadata.Name == name)
            .SelectMany(s => s.Spec.VolumeClaimTemplates ?? []).Select(c => c.Metadata.Name);
        var volumes = (pod.Volumes ?? []).Select(v => v.Name).Concat(claims).ToList();

        foreach (var container in pod.Containers)
        {
            container.VolumeMounts.Select(m => m.Name).Distinct().ShouldBe(volumes, ignoreOrder: true);
            container.VolumeMounts.Select(m => m.MountPath).ShouldBeUnique();
        }
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void Pod_EachProbe_AsksAPortThatIsThere(string overlay, string name)
    {
        foreach (var container in Overlays.Of(overlay).Pods[name].Spec.Containers)
        {
            var ports = container.Ports.Select(p => p.Name).ToList();
            foreach (var probe in new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe })
            {
                if ((probe.HttpGet?.Port ?? probe.TcpSocket?.Port) is { } port) ports.ShouldContain((string)port);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void Pod_HasABudgetForDisruptions_AndTimeToStop(string overlay, string name)
    {
        var all = Overlays.Of(overlay);
        if (!all.Services.TryGetValue(name, out var pod)) return;

        var budgets = all.Objects.OfType<V1PodDisruptionBudget>()
            .Where(b => b.Spec.Selector.MatchLabels.All(pod.Metadata.Labels.Contains));

        // With a single replica minAvailable would keep a node from being drained for ever.
        budgets.ShouldHaveSingleItem().Spec.MaxUnavailable.Value.ShouldBe("1");
        var grace = TimeSpan.Parse(all.SettingsOf(name)["Bus__StopGrace"]);
        TimeSpan.FromSeconds(pod.Spec.TerminationGracePeriodSeconds!.Value).ShouldBeGreaterThan(grace + TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("development")]
    [InlineData("production")]
    public void Workload_SelectsItsOwnPodsAndNoOthers(string overlay)
    {
        var all = Overlays.Of(overlay);
        var selectors = all.Objects.OfType<V1Deployment>().Select(d => (d.Metadata.Name, d.Spec.Selector.MatchLabels))
            .Concat(all.Objects.OfType<V1StatefulSet>().Select(s => (s.Metadata.Name, s.Spec.Selector.MatchLabels)));

        foreach (var (name, labels) in selectors)
            all.Pods.Where(p => labels.All(p.Value.Metadata.Labels.Contains)).Select(p => p.Key).ShouldBe([name]);
    }

    [Fact]
    public void Production_Trainer_HasAGpuForEachReplica_AndTheCudaImage()
    {
        var container = Overlays.Of("production").Services["trainer"].Spec.Containers.Single();

        container.Resources.Limits["nvidia.com/gpu"].ToDecimal().ShouldBe(1);
        container.Image.ShouldStartWith("sgasa-trainer-cuda:");
        container.Env.Single(e => e.Name == "Trainer__Device").Value.ShouldBe("cuda");
        var patience = container.StartupProbe.PeriodSeconds * container.StartupProbe.FailureThreshold;
        patience.ShouldNotBeNull().ShouldBeGreaterThan(600);
    }

    [Fact]
    public void Production_BrokersAndDatabases_AreThreeOnThreeNodes()
    {
        var objects = Overlays.Of("production").Objects;

        var brokers = objects.OfType<CustomResource<RabbitmqCluster>>().Single().Spec;
        brokers.Replicas.ShouldBe(3);
        brokers.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution.ShouldHaveSingleItem();
        brokers.Tls.DisableNonTLSListeners.ShouldBeTrue();
        IsPinned(brokers.Image).ShouldBeTrue();
        var databases = objects.OfType<CustomResource<MongoDBCommunity>>().Single().Spec;
        databases.Members.ShouldBe(3);
        databases.Security.Tls.Enabled.ShouldBeTrue();
        databases.StatefulSet.Spec.Template.Spec.Affinity.PodAntiAffinity
            .RequiredDuringSchedulingIgnoredDuringExecution.ShouldHaveSingleItem();
    }

    private static void RunsWithoutRights(V1PodSpec pod)
    {
        pod.AutomountServiceAccountToken.ShouldBe(false);
        pod.SecurityContext.RunAsNonRoot.ShouldBe(true);
        pod.SecurityContext.RunAsUser.ShouldNotBeNull().ShouldBeGreaterThan(0);
        pod.SecurityContext.SeccompProfile.Type.ShouldBe("RuntimeDefault");
        pod.HostNetwork.ShouldBeNull();
        foreach (var container in pod.Containers.Concat(pod.InitContainers ?? []))
        {
            container.SecurityContext.AllowPrivilegeEscalation.ShouldBe(false);
            container.SecurityContext.ReadOnlyRootFilesystem.ShouldBe(true);
            container.SecurityContext.Capabilities.Drop.ShouldBe(["ALL"]);
            container.SecurityContext.Capabilities.Add.ShouldBeNull();
            container.SecurityContext.Privileged.ShouldBeNull();
        }
    }

    // A tag that moves would change what runs without a change here.
    private static bool IsPinned(string image) =>
        image.Split(':') is [_, var tag] && tag.Any(char.IsAsciiDigit) && !tag.Contains("latest", StringComparison.Ordinal);
}
