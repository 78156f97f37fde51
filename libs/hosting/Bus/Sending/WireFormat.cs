using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MassTransit.Serialization;
using Sgasa.Contracts;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// The messages as JSON on the wire, as in <see cref="ContractsJson"/>: camelCase names, enums as words, members that
/// the reader does not know are skipped.
/// </summary>
public static class WireFormat
{
    /// <summary>What is between <c>message</c> and its end in MassTransit's envelope.</summary>
    public static JsonSerializerOptions Options => SystemTextJsonMessageSerializer.Options;

    static WireFormat() => SystemTextJsonMessageSerializer.Options = new(SystemTextJsonMessageSerializer.Options)
    {
        WriteIndented = false,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = JsonTypeInfoResolver.Combine(
            ContractsJson.Default, SystemTextJsonMessageSerializer.Options.TypeInfoResolver),
    };

    /// <summary>Makes it this process's format; the library keeps it for all buses together.</summary>
    internal static void Use() => _ = Options;
}
