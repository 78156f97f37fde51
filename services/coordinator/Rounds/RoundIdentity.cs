using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sgasa.Contracts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Derives a round's id from what it is made from, so that the same command finds its round again.</summary>
internal static class RoundIdentity
{
    /// <summary>
    /// <c>r-</c> and twelve hexadecimal digits of SHA-256 over prompts, recipe, seed, models and judge. Where a prompt
    /// stands in its file and names given for display do not count.
    /// </summary>
    public static string Of(RoundRequest request)
    {
        var counted = request with
        {
            Source = "",
            Recipe = request.Recipe with { Name = "" },
            AttackPrompts = [.. request.AttackPrompts.Select(p => p with { Line = 0 })],
            EvaluationPrompts = [.. request.EvaluationPrompts.Select(p => p with { Line = 0 })],
        };
        var json = JsonSerializer.SerializeToNode(counted, RoundIdentityJson.Default.RoundRequest)!.AsObject();
        json["recipe"] = RecipeIdentity.Of(counted.Recipe);
        return "r-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToJsonString())))[..12];
    }
}

/// <summary>How a request is written before it is hashed: every member, in the order of its declaration.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    Converters = [typeof(RecipeJsonConverter)])]
[JsonSerializable(typeof(RoundRequest))]
[JsonSerializable(typeof(Recipe))]
internal sealed partial class RoundIdentityJson : JsonSerializerContext;
