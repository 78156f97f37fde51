using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sgasa.Api;

/// <summary>Writes an enum's words as JSON's names are written, <c>heldOut</c>, and as the command line takes them.</summary>
public sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase) where T : struct, Enum;
