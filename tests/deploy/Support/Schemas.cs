using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace Sgasa.Deploy.Tests.Support;

/// <summary>
/// Reads resources into types: those of Kubernetes' own client, made from its published schema, and ours of operators' resources.
/// An unknown field is refused, as is a number where a text belongs.
/// </summary>
internal static class Schemas
{
    private static readonly JsonSerializerOptions Strict = StrictOptions();

    private static readonly Dictionary<string, Type> Types = typeof(V1Pod).Assembly.GetTypes()
        .Select(type => (type, entity: type.GetCustomAttribute<KubernetesEntityAttribute>()))
        .Where(t => t.entity is not null)
        .ToDictionary(
            t => $"{(t.entity!.Group.Length > 0 ? t.entity.Group + "/" : "")}{t.entity.ApiVersion} {t.entity.Kind}", t => t.type);

    static Schemas()
    {
        foreach (var (version, spec) in new[]
        {
            ("keda.sh/v1alpha1", typeof(ScaledObject)), ("keda.sh/v1alpha1", typeof(TriggerAuthentication)),
            ("rabbitmq.com/v1beta1", typeof(RabbitmqCluster)), ("mongodbcommunity.mongodb.com/v1", typeof(MongoDBCommunity)),
            ("cert-manager.io/v1", typeof(Certificate)), ("cert-manager.io/v1", typeof(Issuer)),
            ("monitoring.coreos.com/v1", typeof(PodMonitor)), ("monitoring.coreos.com/v1", typeof(PrometheusRule)),
        })
        {
            Types.Add($"{version} {spec.Name}", typeof(CustomResource<>).MakeGenericType(spec));
        }
    }

    /// <summary>The resource as its type.</summary>
    /// <exception cref="InvalidDataException">There is no such kind or field; the message names the resource.</exception>
    public static object Read(JsonObject resource)
    {
        var kind = $"{resource["apiVersion"]} {resource["kind"]}";
        var name = $"{kind} {resource["metadata"]?["name"]}";
        if (!Types.TryGetValue(kind, out var type)) throw new InvalidDataException($"{name}: there is no such kind");
        try
        {
            return resource.Deserialize(type, Strict)!;
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{name}: {fault.Message}", fault);
        }
    }

    private static JsonSerializerOptions StrictOptions()
    {
        JsonSerializerOptions? own = null;
        KubernetesJson.AddJsonOptions(options => own = options);
        return new JsonSerializerOptions(own!) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
    }
}
