using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sgasa.Contracts;
using Sgasa.Modeling;

namespace Sgasa.Hosting.Recipes;

/// <summary>Reads single values of a recipe file by the type that they are to have.</summary>
internal sealed partial class RecipeValues(string origin)
{
    private const string AllLinear = "all-linear";
    private const int MostItems = 1_000;

    /// <summary>Whether a type has keys of its own.</summary>
    public static bool IsGroup(Type type) => type.IsClass && type != typeof(string) && !type.IsAssignableTo(typeof(IEnumerable));

    /// <summary>A property's value.</summary>
    /// <exception cref="UserErrorException">It is of another type.</exception>
    public object Read(PropertyInfo property, RecipeNode node, string path)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var range = property.GetCustomAttribute<RangeAttribute>();
        if (type == typeof(IReadOnlyList<string>)) return Texts(node, path);
        if (type == typeof(IReadOnlyList<int>)) return Items(node, path).Select(item => Whole(item, path, null)).ToArray();
        if (type == typeof(IReadOnlyDictionary<string, int>)) return Table(node, path, value => Whole(value, path, null));
        if (type == typeof(IReadOnlyDictionary<string, double>)) return Table(node, path, value => Number(value, path, null));
        if (type == typeof(int)) return Whole(node, path, range);
        if (type == typeof(double)) return Number(node, path, range);
        if (type == typeof(bool)) return Flag(node, path);
        if (type == typeof(string)) return One(node, path).Text;
        return type.IsEnum
            ? Word(type, One(node, path), path)
            : throw new NotSupportedException($"A recipe property of type {type} can't be read from a file.");
    }

    /// <summary>A whole number.</summary>
    public int Whole(RecipeNode node, string path, RangeAttribute? range)
    {
        var scalar = One(node, path);
        if (scalar.Quoted || !WholeNumber().IsMatch(scalar.Text))
            throw Wrong(scalar, path, "a whole number", $"Give one without quotes{Within(range)}");
        return int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? whole
            : throw OutOfRange(range ?? new RangeAttribute(int.MinValue, int.MaxValue), scalar, path);
    }

    /// <summary>The error for a value of another type.</summary>
    public UserErrorException Wrong(RecipeNode node, string path, string wanted, string remedy) =>
        new($"{origin}:{node.Line}: '{path}' must be {wanted}, not {node.Describe()}. {remedy}.");

    /// <summary>The error for a value that a rule forbids.</summary>
    public UserErrorException OutOfRange(ValidationAttribute rule, RecipeNode node, string path) => new(rule switch
    {
        RangeAttribute range => $"{origin}:{node.Line}: '{path}' is {node.Describe()}, out of range. " +
            $"Give a value{Within(range)}.",
        StringLengthAttribute length => $"{origin}:{node.Line}: '{path}' is {node.Describe()}, of a wrong length. " +
            $"Give {length.MinimumLength} to {length.MaximumLength} characters.",
        _ => $"{origin}:{node.Line}: '{path}' is {node.Describe()}. Give a value.",
    });

    /// <summary>Names in a sentence.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names);

    private double Number(RecipeNode node, string path, RangeAttribute? range)
    {
        var scalar = One(node, path);
        if (scalar.Quoted || !DecimalNumber().IsMatch(scalar.Text))
            throw Wrong(scalar, path, "a number", $"Give one without quotes{Within(range)}");
        var number = double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        // -0 would be another text, and so another hash, for the same recipe.
        return number == 0 ? 0.0 : number;
    }

    private bool Flag(RecipeNode node, string path) => One(node, path) switch
    {
        { Quoted: false, Text: "true" } => true,
        { Quoted: false, Text: "false" } => false,
        var other => throw Wrong(other, path, "true or false", "Give one of them without quotes"),
    };

    private object Word(Type type, RecipeNode.Scalar scalar, string path)
    {
        var names = Enum.GetNames(type);
        var plain = scalar.Text.Replace("_", "", StringComparison.Ordinal);
        return Array.Find(names, name => name.Equals(plain, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Enum.Parse(type, found)
            : throw Wrong(
                scalar, path, "one of the known words", $"Known are {List(names.Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}");
    }

    /// <summary>A list of texts, or one text; PEFT's word for all projections stands for them.</summary>
    private IReadOnlyList<string> Texts(RecipeNode node, string path) => node is RecipeNode.Scalar { Text: AllLinear }
        ? LoraConfig.AllLinear
        : [.. (node is RecipeNode.Sequence ? Items(node, path) : [node]).Select(item => One(item, path).Text)];

    private IReadOnlyList<RecipeNode> Items(RecipeNode node, string path) => node is RecipeNode.Sequence { Items: var items }
        ? items.Count <= MostItems ? items : throw Wrong(node, path, $"at most {MostItems} items", "Shorten the list")
        : throw Wrong(node, path, "a list", "Write it as [a, b]");

    private Dictionary<string, T> Table<T>(RecipeNode node, string path, Func<RecipeNode, T> value) =>
        node is RecipeNode.Mapping mapping
            ? mapping.Entries.ToDictionary(entry => entry.Key, entry => value(entry.Value), StringComparer.Ordinal)
            : throw Wrong(node, path, "a group of patterns and numbers", "Write it as { 'q_proj': 8 }");

    private RecipeNode.Scalar One(RecipeNode node, string path) =>
        node as RecipeNode.Scalar ?? throw Wrong(node, path, "one value", "Write 'key: value'");

    private static string Within(RangeAttribute? range) => range is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" from {range.Minimum} to {range.Maximum}");

    [GeneratedRegex(@"^[-+]?[0-9]+\z")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\z")]
    private static partial Regex DecimalNumber();
}
