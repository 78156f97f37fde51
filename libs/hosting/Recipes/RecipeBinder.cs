using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using Sgasa.Contracts;
using Sgasa.Modeling.Training;

namespace Sgasa.Hosting.Recipes;

/// <summary>
/// Puts a file's values over a recipe, each checked by its type and the attributes of its property. Keys may be spelled with
/// underscores, as TRL spells them, and those of earlier versions are read.
/// </summary>
internal sealed class RecipeBinder(string origin)
{
    private static readonly RangeAttribute BatchSizes = new(1, 4_096);

    private readonly Dictionary<string, int> _lines = [];
    private readonly RecipeValues _values = new(origin);

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
        var type = basis.GetType();
        var properties = Properties(type);
        var bound = Activator.CreateInstance(type)!;
        foreach (var property in All(type)) property.SetValue(bound, property.GetValue(basis));

        int? batch = null, microBatch = null;
        foreach (var entry in mapping.Entries.Where(e => e.Key != besides))
        {
            var path = prefix + entry.Key;
            if (bound is TrainingArguments && entry.Key == RecipeKeys.EarlierBatchSize)
                batch = BatchSize(entry, path);
            else if (bound is TrainingArguments && entry.Key == RecipeKeys.EarlierMicroBatchSize)
                microBatch = BatchSize(entry, path);
            else if (Find(type, properties, entry.Key) is { } property)
            {
                NoteLine(prefix + Camel(property.Name), path, entry.Line);
                property.SetValue(bound, Value(property, property.GetValue(bound), entry.Value, path));
            }
            else throw UnknownKey(entry, type, path, prefix, besides is null ? properties.Keys : [.. properties.Keys, besides]);
        }

        return bound is TrainingArguments arguments && (batch ?? microBatch) is not null
            ? InBatches(arguments, batch, microBatch)
            : bound;
    }

    private object? Value(PropertyInfo property, object? basis, RecipeNode node, string path)
    {
        var type = property.PropertyType;
        if (basis is not null && RecipeValues.IsGroup(type))
        {
            return node is RecipeNode.Mapping mapping
                ? Bind(basis, mapping, path + ".")
                : throw _values.Wrong(node, path, "a group of keys", $"Its keys are {RecipeValues.List(Properties(type).Keys)}");
        }

        var value = node.IsNull && IsOptional(property) ? null : _values.Read(property, node, path);
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
            throw _values.OutOfRange(rule, node, path);
        return value;
    }

    private int BatchSize(RecipeNode.Entry entry, string path)
    {
        NoteLine(path, path, entry.Line);
        var size = _values.Whole(entry.Value, path, BatchSizes);
        return BatchSizes.IsValid(size) ? size : throw _values.OutOfRange(BatchSizes, entry.Value, path);
    }

    private static TrainingArguments InBatches(TrainingArguments arguments, int? batch, int? microBatch)
    {
        var (size, steps) = RecipeKeys.Batches(
            batch ?? arguments.EffectiveBatchSize, microBatch ?? arguments.PerDeviceTrainBatchSize);
        return arguments with { PerDeviceTrainBatchSize = size, GradientAccumulationSteps = steps };
    }

    private void NoteLine(string path, string written, int line)
    {
        if (!_lines.TryAdd(path, line))
        {
            throw new UserErrorException(
                $"{origin}:{line}: the key {RecipeNode.Shown(written)} means the same as line {_lines[path]}. Remove one of the two.");
        }
    }

    private static bool IsOptional(PropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || (!property.PropertyType.IsValueType
            && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable);

    private static PropertyInfo? Find(Type type, SortedDictionary<string, PropertyInfo> properties, string key) =>
        properties.GetValueOrDefault(key)
        ?? properties.GetValueOrDefault(Unspelled(key))
        ?? (RecipeKeys.NowCalled(type, key) is { } now ? properties.GetValueOrDefault(Camel(now)) : null);

    /// <summary>The properties that a recipe may set, by key.</summary>
    private static SortedDictionary<string, PropertyInfo> Properties(Type type) => new(
        All(type).Where(property => RecipeKeys.ReasonAgainst(property.DeclaringType!, property.Name) is null)
            .ToDictionary(property => Camel(property.Name)),
        StringComparer.Ordinal);

    private static IEnumerable<PropertyInfo> All(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true });

    private UserErrorException UnknownKey(
        RecipeNode.Entry entry, Type type, string path, string prefix, IReadOnlyCollection<string> known)
    {
        var (plain, given) = (Unspelled(entry.Key), entry.Key.ToLowerInvariant());
        if (All(type).FirstOrDefault(property => Camel(property.Name) == plain) is { } fixedOne)
        {
            return new UserErrorException(
                $"{origin}:{entry.Line}: '{path}' can't be set in a recipe: "
                + $"{RecipeKeys.ReasonAgainst(fixedOne.DeclaringType!, fixedOne.Name)}. Remove the line.");
        }

        var nearest = known.Select(key => (Key: key, Distance: Spelling.Distance(key.ToLowerInvariant(), given)))
            .MinBy(candidate => candidate.Distance);
        var remedy = nearest.Distance <= Math.Max(2, nearest.Key.Length / 3)
            ? $"Did you mean '{prefix}{nearest.Key}'?"
            : $"Known {(prefix.Length == 0 ? "here" : $"under '{prefix[..^1]}'")} are {RecipeValues.List(known)}.";
        return new UserErrorException($"{origin}:{entry.Line}: unknown key {RecipeNode.Shown(path)}. {remedy}");
    }

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    /// <summary>A key without the underscores of TRL's spelling.</summary>
    private static string Unspelled(string key) => string.Concat(
        key.Split('_', StringSplitOptions.RemoveEmptyEntries)
            .Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
