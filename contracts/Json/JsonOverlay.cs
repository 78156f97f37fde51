using System.Text.Json.Nodes;

namespace Sgasa.Contracts;

/// <summary>Puts the members of one JSON object over those of another.</summary>
internal static class JsonOverlay
{
    /// <summary>Replaces members by those of <paramref name="over"/>; of objects in both, member by member.</summary>
    public static void Put(JsonObject target, JsonObject over)
    {
        foreach (var (name, value) in over)
        {
            if (target[name] is JsonObject inner && value is JsonObject more) Put(inner, more);
            else target[name] = value?.DeepClone();
        }
    }
}
