using System.Text.Json.Nodes;

namespace Sgasa.Deploy.Tests.Kustomize;

/// <summary>Merges a patch into a resource as Kubernetes does: mappings deeply, lists by their items' key.</summary>
internal static class StrategicMerge
{
    // Kubernetes' schema says it of each list; of the lists that we patch these are the ones merged, the others are replaced.
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["containers"] = "name",
        ["env"] = "name",
        ["volumes"] = "name",
        ["volumeMounts"] = "mountPath",
        ["ports"] = "containerPort",
    };

    /// <summary>Changes <paramref name="target"/> by <paramref name="patch"/>.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject inner && target[name] is JsonObject own) Apply(own, inner);
            else if (value is JsonArray items && target[name] is JsonArray list && Keys.TryGetValue(name, out var key))
                Merge(list, items, key);
            else target[name] = value.DeepClone();
        }
    }

    private static void Merge(JsonArray list, JsonArray patch, string key)
    {
        foreach (var item in patch.Cast<JsonObject>())
        {
            var same = list.Cast<JsonObject>().FirstOrDefault(o => JsonNode.DeepEquals(o[key], item[key]));
            if (same is null) list.Add(item.DeepClone());
            else Apply(same, item);
        }
    }
}
