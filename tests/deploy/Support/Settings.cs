using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Sgasa.Deploy.Tests.Support;

/// <summary>Binds settings as a service does, and says what is wrong with them.</summary>
internal static class Settings
{
    // What .NET, ASP.NET Core and OpenTelemetry read themselves.
    private static readonly string[] OfOthers = ["DOTNET_", "ASPNETCORE_", "OTEL_", "Logging:"];

    private static readonly string[] OfTheHost = ["SGASA_ENVIRONMENT", "SecretsFolder"];

    private static readonly string[] Projects =
        ["Hosting", "Artifacts", "Coordinator", "Synthesizer", "Augmenter", "Trainer", "Evaluator"];

    // Those of the libraries are every service's, those of a service its own.
    private static readonly ILookup<string, Type> Options = Projects
        .Select(p => Assembly.Load($"Sgasa.{p}"))
        .SelectMany(a => a.GetTypes())
        .Where(t => t.GetField("Section")?.IsLiteral == true)
        .ToLookup(t => (string)t.GetField("Section")!.GetRawConstantValue()!);

    /// <summary>What is wrong with the settings of a service, each in a line.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="settings">As environment variables are named, e.g. <c>Bus__Host</c>.</param>
    public static IEnumerable<string> Faults(string service, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(Key(s.Key), (string?)s.Value))
                .Where(s => !IsOfOthers(s.Key)))
            .Build();
        foreach (var section in configuration.GetChildren().ExceptBy(OfTheHost, s => s.Key))
        {
            var types = Options[section.Key].Where(t => IsFor(service, t)).ToList();
            if (types.Count == 0) yield return $"{section.Key}: {service} has no such section";
            // A section that two types read is right when one of them knows all of it.
            else if (types.Select(t => Faults(section, t).ToList()).MinBy(f => f.Count) is { Count: > 0 } faults)
                foreach (var fault in faults) yield return fault;
        }
    }

    /// <summary>Whether some service has a setting of that name, e.g. <c>Bus:Tls:CaFile</c>.</summary>
    public static bool Has(string name)
    {
        var path = name.Split(':');
        return Options[path[0]].Any(
            type => path.Skip(1).Aggregate((Type?)type, (t, p) => t?.GetProperty(p)?.PropertyType) is not null);
    }

    private static bool IsOfOthers(string key) => OfOthers.Any(p => key.StartsWith(p, StringComparison.OrdinalIgnoreCase));

    private static string Key(string variable)
    {
        var key = variable.Replace("__", ":", StringComparison.Ordinal);
        return key.EndsWith("_FILE", StringComparison.Ordinal) && key.Contains(':', StringComparison.Ordinal) ? key[..^5] : key;
    }

    private static IEnumerable<string> Faults(IConfigurationSection section, Type type)
    {
        object? bound;
        string? fault = null;
        try
        {
            bound = section.Get(type, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException wrong)
        {
            (bound, fault) = (null, $"{section.Key}: {wrong.Message} {wrong.InnerException?.Message}");
        }

        if (fault is not null) yield return fault;
        if (bound is null) yield break;

        foreach (var given in section.GetChildren().Where(c => c.Value is not null))
        {
            var property = type.GetProperty(given.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)!;
            var results = new List<ValidationResult>();
            Validator.TryValidateProperty(
                property.GetValue(bound), new ValidationContext(bound) { MemberName = property.Name }, results);
            foreach (var result in results) yield return $"{section.Key}:{property.Name}: {result.ErrorMessage}";
        }
    }

    private static bool IsFor(string service, Type type)
    {
        var name = type.Assembly.GetName().Name!;
        return name is "Sgasa.Hosting" or "Sgasa.Artifacts"
            || name.Equals($"Sgasa.{service}", StringComparison.OrdinalIgnoreCase);
    }
}
