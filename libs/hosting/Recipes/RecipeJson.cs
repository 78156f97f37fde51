using System.Text.Json.Serialization;
using Sgasa.Contracts;

namespace Sgasa.Hosting.Recipes;

/// <summary>The canonical JSON of a recipe.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(RecipeJsonConverter)])]
[JsonSerializable(typeof(Recipe))]
internal sealed partial class RecipeJson : JsonSerializerContext;
