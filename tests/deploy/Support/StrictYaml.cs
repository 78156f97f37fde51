using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sgasa.Deploy.Tests.Support;

/// <summary>Reads YAML as Kubernetes and compose do, and refuses what they would quietly take another way.</summary>
internal static partial class StrictYaml
{
    /// <summary>The documents of a file as JSON; a key given twice and a tag are refused.</summary>
    public static IReadOnlyList<JsonObject> ReadAll(string path)
    {
        try
        {
            using var reader = File.OpenText(path);
            var stream = new YamlStream();
            stream.Load(reader);
            return [.. stream.Documents.Select(d => Convert(d.RootNode) as JsonObject
                ?? throw new InvalidDataException("a document is no mapping"))];
        }
        catch (Exception fault) when (fault is YamlException or InvalidDataException)
        {
            throw new InvalidDataException($"{Repository.Name(path)}: {fault.Message}", fault);
        }
    }

    /// <summary>The one document of a file.</summary>
    public static JsonObject Read(string path) => ReadAll(path).Single();

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => Convert(mapping),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode scalar => Convert(scalar),
        _ => throw new InvalidDataException($"line {node.Start.Line}: a node of no known kind"),
    };

    private static JsonObject Convert(YamlMappingNode mapping)
    {
        var result = new JsonObject();
        foreach (var (key, value) in mapping.Children)
        {
            var name = ((YamlScalarNode)key).Value!;
            if (name != "<<") result.Add(name, Convert(value));
        }

        foreach (var merged in mapping.Children.Where(c => c.Key is YamlScalarNode { Value: "<<" }).Select(c => c.Value))
        {
            foreach (var source in merged is YamlSequenceNode several ? several.Children : [merged])
            {
                foreach (var (key, value) in (JsonObject)Convert(source)!)
                {
                    if (!result.ContainsKey(key)) result.Add(key, value?.DeepClone());
                }
            }
        }

        return result;
    }

    private static JsonValue? Convert(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (!scalar.Tag.IsEmpty) throw new InvalidDataException($"line {scalar.Start.Line}: the tag {scalar.Tag}");
        if (scalar.Style != ScalarStyle.Plain) return JsonValue.Create(text);
        // What YAML 1.1 and 1.2 read differently is to be written out or quoted.
        if (Ambiguous().IsMatch(text)) throw new InvalidDataException($"line {scalar.Start.Line}: '{text}' needs quotes");
        return text switch
        {
            "" or "null" or "~" => null,
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            // Octal, as Kubernetes' file modes are written.
            _ when Octal().IsMatch(text) => JsonValue.Create(System.Convert.ToInt32(text, 8)),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) =>
                JsonValue.Create(whole),
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) =>
                JsonValue.Create(real),
            _ => JsonValue.Create(text),
        };
    }

    [GeneratedRegex("^(y|n|yes|no|on|off|[0-9]+(:[0-5]?[0-9])+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Ambiguous();

    [GeneratedRegex("^0[0-7]+$")]
    private static partial Regex Octal();
}
