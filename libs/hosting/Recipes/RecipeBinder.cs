using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sgasa.Contracts;

namespace Sgasa.Hosting.Recipes;

/// <summary>Puts a file's values over a recipe, each checked by its type and the attributes of its property.</summary>
internal sealed partial class RecipeBinder(string origin)
{
    private readonly Dictionary<string, int> _lines = [];

    /// <summary>The line that gave a key its value; null where the file does not give it.</summary>
    public int? LineOf(string path) => _lines.TryGetValue(path, out var line) ? line : null;

    /// <summary>
    /// The recipe with the file's values over those of <paramref name="basis"/>. The key <paramref name="besides"/> may be
    /// there, and is no part of the recipe.
    /// </summary>
    /// <exception cref="UserErrorException">An unknown key, or a value of the wrong type or out of range.</exception>
    public Recipe Bind(Recipe basis, RecipeNode.Mapping root, string besides) => (Recipe)Bind(basis, root, "", besides);

    private object Bind(object basis, RecipeNode.Mapping mapping, string prefix, string? besides = null)
    {
        var properties = Properties(basis.GetType());
        var bound = Activator.CreateInstance(basis.GetType())!;
        foreach (var property in properties.Values)
            property.SetValue(bound, property.GetValue(basis));

        foreach (var entry in mapping.Entries.Where(e => e.Key != besides))
        {
            var path = prefix + entry.Key;
            if (!properties.TryGetValue(entry.Key, out var property))
                throw UnknownKey(entry, path, prefix, besides is null ? properties.Keys : [.. properties.Keys, besides]);
            _lines[path] = entry.Line;
            property.SetValue(bound, Value(property, property.GetValue(bound)!, entry.Value, path));
        }

        return bound;
    }

    private object Value(PropertyInfo property, object basis, RecipeNode node, string path)
    {
        if (property.PropertyType is { IsClass: true } type && type != typeof(string))
        {
            return node is RecipeNode.Mapping mapping
                ? Bind(basis, mapping, path + ".")
                : throw Wrong(node, path, "a group of keys", $"Its keys are {List(Properties(type).Keys)}");
        }

        var value = node is RecipeNode.Scalar scalar
            ? Scalar(property, scalar, path)
            : throw Wrong(node, path, "one value", "Write 'key: value'");
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
            throw OutOfRange(rule, node, path);
        return value;
    }

    private object Scalar(PropertyInfo property, RecipeNode.Scalar scalar, string path)
    {
        var type = property.PropertyType;
        if (type == typeof(string))
            return scalar.Text;
        if (type.IsEnum)
        {
            var names = Enum.GetNames(type);
            return Array.Find(names, name => name.Equals(scalar.Text, StringComparison.OrdinalIgnoreCase)) is { } name
                ? Enum.Parse(type, name)
                : throw Wrong(scalar, path, "one of the known words", $"Known are {List(names.Select(Camel))}");
        }

        var range = property.GetCustomAttribute<RangeAttribute>();
        if (type == typeof(int))
        {
            if (scalar.Quoted || !WholeNumber().IsMatch(scalar.Text))
                throw Wrong(scalar, path, "a whole number", $"Give one without quotes{Within(range)}");
            return int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? whole
                : throw OutOfRange(range ?? new RangeAttribute(int.MinValue, int.MaxValue), scalar, path);
        }

        if (type == typeof(double))
        {
            if (scalar.Quoted || !DecimalNumber().IsMatch(scalar.Text))
                throw Wrong(scalar, path, "a number", $"Give one without quotes{Within(range)}");
            var number = double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
            // -0 would be another text, and so another hash, for the same recipe.
            return number == 0 ? 0.0 : number;
        }

        throw new NotSupportedException($"A recipe property of type {type} can't be read from a file.");
    }

    private static SortedDictionary<string, PropertyInfo> Properties(Type type) => new(
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true })
            .ToDictionary(property => Camel(property.Name)),
        StringComparer.Ordinal);

    private UserErrorException UnknownKey(RecipeNode.Entry entry, string path, string prefix, IReadOnlyCollection<string> known)
    {
        var given = entry.Key.ToLowerInvariant();
        var nearest = known.Select(key => (Key: key, Distance: Spelling.Distance(key.ToLowerInvariant(), given)))
            .MinBy(candidate => candidate.Distance);
        var remedy = nearest.Distance <= Math.Max(2, nearest.Key.Length / 3)
            ? $"Did you mean '{prefix}{nearest.Key}'?"
            : $"Known {(prefix.Length == 0 ? "here" : $"under '{prefix[..^1]}'")} are {List(known)}.";
        return new UserErrorException($"{origin}:{entry.Line}: unknown key {RecipeNode.Shown(path)}. {remedy}");
    }

    private UserErrorException Wrong(RecipeNode node, string path, string wanted, string remedy) =>
        new($"{origin}:{node.Line}: '{path}' must be {wanted}, not {node.Describe()}. {remedy}.");

    private UserErrorException OutOfRange(ValidationAttribute rule, RecipeNode node, string path) => new(rule switch
    {
        RangeAttribute range => $"{origin}:{node.Line}: '{path}' is {node.Describe()}, out of range. " +
            $"Give a value{Within(range)}.",
        StringLengthAttribute length => $"{origin}:{node.Line}: '{path}' is {node.Describe()}, of a wrong length. " +
            $"Give {length.MinimumLength} to {length.MaximumLength} characters.",
        _ => $"{origin}:{node.Line}: '{path}' is {node.Describe()}. Give a value.",
    });

    private static string Within(RangeAttribute? range) => range is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" from {range.Minimum} to {range.Maximum}");

    private static string List(IEnumerable<string> names) => string.Join(", ", names);

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    [GeneratedRegex(@"^[-+]?[0-9]+\z")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\z")]
    private static partial Regex DecimalNumber();
}
