using k8s.Models;
using Sgasa.Contracts.Messages;
using Sgasa.Deploy.Tests.Support;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Work;

namespace Sgasa.Deploy.Tests;

/// <summary>The autoscaler looks at the queues that the services have.</summary>
public sealed class QueueTests
{
    private static readonly Dictionary<string, Type[]> Commands = new()
    {
        ["synthesizer"] = [typeof(SynthesizeGuideline)],
        ["augmenter"] = [typeof(AugmentPrompts), typeof(BuildPairs)],
        ["evaluator"] = [typeof(EvaluateCheckpoint)],
    };

    private static IEnumerable<CustomResource<ScaledObject>> Scaled =>
        Overlays.Of("production").Objects.OfType<CustomResource<ScaledObject>>();

    [Fact]
    public void ScaledObjects_EachWorker_HasOneOverTheQueuesOfItsCommands()
    {
        var queues = Scaled.ToDictionary(
            s => s.Spec.ScaleTargetRef.Name, s => s.Spec.Triggers.Select(t => t.Metadata["queueName"]).ToArray());

        queues.Keys.ShouldBe(Commands.Keys, ignoreOrder: true);
        foreach (var (worker, commands) in Commands)
            queues[worker].ShouldBe(commands.Select(WorkQueues.Of), ignoreOrder: true);
    }

    [Fact]
    public void ScaledObjects_ServicesOfTheirQueues_ConsumeThem()
    {
        foreach (var (worker, commands) in Commands)
        {
            var consumed = System.Reflection.Assembly.Load($"Sgasa.{worker}").GetTypes()
                .SelectMany(t => t.GetInterfaces())
                .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRoundWork<,>))
                .Select(i => i.GenericTypeArguments[0]);

            commands.ShouldBeSubsetOf(consumed, worker);
        }
    }

    [Fact]
    public void ScaledObjects_EachTrigger_AsksForAReplicaPerMessagesThatOneWorksOn()
    {
        var atOnce = new BusOptions();

        foreach (var trigger in Scaled.SelectMany(s => s.Spec.Triggers))
        {
            trigger.Type.ShouldBe("rabbitmq");
            trigger.Metadata["mode"].ShouldBe("QueueLength");
            int.Parse(trigger.Metadata["value"]).ShouldBe(atOnce.ConcurrencyOf(trigger.Metadata["queueName"]));
            trigger.Metadata["vhostName"].ShouldBe(atOnce.VirtualHost);
        }
    }

    [Fact]
    public void ScaledObjects_TheirTargetsAndAuthentication_AreThere()
    {
        var all = Overlays.Of("production");
        var authentications = all.Objects.OfType<CustomResource<TriggerAuthentication>>().ToDictionary(a => a.Metadata.Name);

        foreach (var scaled in Scaled)
        {
            var target = all.Objects.OfType<V1Deployment>()
                .Single(d => d.Metadata.Name == scaled.Spec.ScaleTargetRef.Name);
            // A count in the manifest would undo the autoscaler's at every apply.
            target.Spec.Replicas.ShouldBeNull();
            scaled.Spec.MinReplicaCount.ShouldBeLessThan(scaled.Spec.MaxReplicaCount);
            foreach (var trigger in scaled.Spec.Triggers) authentications.ShouldContainKey(trigger.AuthenticationRef.Name);
        }

        var maps = all.Objects.OfType<V1ConfigMap>().ToDictionary(m => m.Metadata.Name, m => m.Data);
        foreach (var parameter in authentications.Values.SelectMany(a => a.Spec.ConfigMapTargetRef))
            maps[parameter.Name].ShouldContainKey(parameter.Key);
    }
}
