using System.Text.Json.Nodes;
using k8s.Models;
using Sgasa.Deploy.Tests.Kustomize;
using Sgasa.Deploy.Tests.Support;

namespace Sgasa.Deploy.Tests;

/// <summary>What the overlays come to.</summary>
internal static class Overlays
{
    /// <summary>Their names.</summary>
    public static readonly string[] Names = ["development", "production"];

    private static readonly Dictionary<string, Lazy<Overlay>> All =
        Names.ToDictionary(n => n, n => new Lazy<Overlay>(() => new Overlay(n)));

    /// <summary>One of them.</summary>
    public static Overlay Of(string name) => All[name].Value;
}

/// <summary>The resources of one overlay.</summary>
internal sealed class Overlay
{
    public Overlay(string name)
    {
        Resources = KustomizeBuild.Of(Path.Combine(Repository.Kubernetes, "overlays", name));
        Objects = [.. Resources.Select(Schemas.Read)];
    }

    /// <summary>As they are written.</summary>
    public IReadOnlyList<JsonObject> Resources { get; }

    /// <summary>The same as their types.</summary>
    public IReadOnlyList<object> Objects { get; }

    /// <summary>Every pod: of deployments and stateful sets, by name.</summary>
    public IReadOnlyDictionary<string, V1PodTemplateSpec> Pods => Objects.OfType<V1Deployment>()
        .Select(d => (d.Metadata.Name, d.Spec.Template))
        .Concat(Objects.OfType<V1StatefulSet>().Select(s => (s.Metadata.Name, s.Spec.Template)))
        .ToDictionary(p => p.Name, p => p.Template);

    /// <summary>The pods of this system's services.</summary>
    public IReadOnlyDictionary<string, V1PodTemplateSpec> Services =>
        Pods.Where(p => p.Value.Metadata.Labels.TryGetValue("app.kubernetes.io/component", out var c) && c == "service")
            .ToDictionary();

    /// <summary>The settings of a service: its maps, then its own.</summary>
    public Dictionary<string, string> SettingsOf(string service)
    {
        var container = Services[service].Spec.Containers.Single();
        var maps = container.EnvFrom.Select(
            e => Objects.OfType<V1ConfigMap>().Single(m => m.Metadata.Name == e.ConfigMapRef.Name));
        var settings = maps.SelectMany(m => m.Data).ToDictionary();
        foreach (var own in container.Env ?? []) settings[own.Name] = own.Value ?? own.ValueFrom.FieldRef.FieldPath;
        return settings;
    }

    /// <summary>The files that a service finds in <c>/run/secrets</c>.</summary>
    public IReadOnlyList<string> SecretsOf(string service)
    {
        var volume = Services[service].Spec.Volumes.Single(v => v.Name == "secrets");
        return [.. volume.Projected.Sources.SelectMany(s => s.Secret.Items is { } items
            ? items.Select(i => i.Path)
            : Objects.OfType<V1Secret>().Single(o => o.Metadata.Name == s.Secret.Name).StringData.Keys)];
    }
}
