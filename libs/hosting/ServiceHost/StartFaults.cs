using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Sgasa.Contracts;

namespace Sgasa.Hosting;

/// <summary>
/// Tells mistakes in a service's configuration from other faults, and says them in a line that names the setting.
/// </summary>
internal static partial class StartFaults
{
    /// <summary>The mistake in a line; null where the fault is of another kind.</summary>
    public static string? Describe(Exception fault)
    {
        var lines = Causes(fault).Select(Line).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return lines.Count == 0 ? null : string.Join(" ", lines).ReplaceLineEndings(" ").Trim();
    }

    private static string? Line(Exception fault) => fault switch
    {
        UserErrorException => fault.Message,
        OptionsValidationException options => string.Join(" ", options.Failures.Select(f => Name(options.OptionsType, f))),
        // What the binder says when a value is of the wrong kind, and the JSON source when a file is none.
        InvalidOperationException when fault.Message.StartsWith("Failed to convert", StringComparison.Ordinal) => fault.Message,
        InvalidDataException or FormatException when fault.Message.StartsWith("Failed to load", StringComparison.Ordinal)
            || fault.Message.StartsWith("Unrecognized argument", StringComparison.Ordinal) =>
            $"{fault.Message} {fault.InnerException?.Message}",
        IOException { InnerException: AddressInUseException } =>
            $"{fault.Message.TrimEnd('.')}: choose another {HttpOptions.Section}:{nameof(HttpOptions.Port)}.",
        _ => null,
    };

    /// <summary>DataAnnotations name the member; the section is a constant of the options' type.</summary>
    private static string Name(Type options, string failure)
    {
        if (options.GetField("Section")?.GetRawConstantValue() is not string section) return failure;
        return Annotation().Match(failure) is { Success: true } match
            ? Named(section, match.Groups["member"].Value, match.Groups["error"].Value)
            : failure;
    }

    private static string Named(string section, string member, string error) =>
        error.StartsWith(section + ":", StringComparison.Ordinal) || member.Length == 0 ? error : $"{section}:{member}: {error}";

    [GeneratedRegex(
        "^DataAnnotation validation failed for '[^']*' members: '(?<member>[^']*)' with the error: '(?<error>.*)'\\.$",
        RegexOptions.Singleline)]
    private static partial Regex Annotation();

    private static IEnumerable<Exception> Causes(Exception fault)
    {
        if (fault is AggregateException all) return all.InnerExceptions.SelectMany(Causes);
        return fault.InnerException is { } inner && fault is not UserErrorException ? Causes(inner).Prepend(fault) : [fault];
    }
}
