using System.Text.Json;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Architectures.Description;

/// <summary>One key of <c>config.json</c> that not every family has.</summary>
/// <param name="Name">The key.</param>
/// <param name="Read">Adds what the file says to a configuration.</param>
/// <param name="Write">Writes the key with its value.</param>
internal sealed record ConfigKey(
    string Name, Func<JsonSection, ModelConfig, ModelConfig> Read, Action<Utf8JsonWriter, ModelConfig> Write)
{
    /// <summary>Biases on queries, keys, values and the attention's output.</summary>
    public static ConfigKey AttentionBias { get; } = new(
        "attention_bias",
        (json, config) => config with { AttentionBias = json.Boolean("attention_bias") ?? false },
        (json, config) => json.WriteBoolean("attention_bias", config.AttentionBias));

    /// <summary>
    /// Context length before LongRoPE, which its rule reads; release 4 has it beside the rotation's parameters.
    /// </summary>
    public static ConfigKey OriginalContext { get; } = new(
        "original_max_position_embeddings",
        (_, config) => config,
        (json, config) =>
        {
            if (config.RopeScaling is LongRopeScaling scaling)
                json.WriteNumber("original_max_position_embeddings", scaling.OriginalMaxPositionEmbeddings);
        });

    /// <summary>The share of each head that rotates; release 5 has it among the rotation's parameters.</summary>
    public static ConfigKey PartialRotaryFactor { get; } = new(
        "partial_rotary_factor",
        (json, config) => config with { PartialRotaryFactor = RotaryShare(json) },
        (json, config) => json.WriteNumber("partial_rotary_factor", config.PartialRotaryFactor));

    /// <summary>The window of all layers.</summary>
    /// <param name="otherwise">The window where the key is absent; null there means none, as it does in the file.</param>
    public static ConfigKey SlidingWindow(int? otherwise = null) => new(
        "sliding_window",
        (json, config) => config with
        {
            SlidingWindow = !json.Element.TryGetProperty("sliding_window", out _) ? otherwise
                : json.Find("sliding_window") is null ? null : json.Positive("sliding_window"),
        },
        (json, config) =>
        {
            if (config.SlidingWindow is { } window) json.WriteNumber("sliding_window", window);
            else json.WriteNull("sliding_window");
        });

    /// <summary>Which layers rotate: 1 is one that does, in spite of the name.</summary>
    /// <param name="intervalKey">Where the list is absent, every so many layers one does not rotate.</param>
    /// <param name="interval">The interval where that is absent too.</param>
    public static ConfigKey NoRopeLayers(string intervalKey, int interval) => new(
        "no_rope_layers",
        (json, config) => config with { RotaryLayers = RotaryLayers(json, config.NumHiddenLayers, intervalKey, interval) },
        (json, config) =>
        {
            json.WriteStartArray("no_rope_layers");
            for (var layer = 0; layer < config.NumHiddenLayers; layer++) json.WriteNumberValue(config.Rotates(layer) ? 1 : 0);
            json.WriteEndArray();
        });

    /// <summary>What the file says of partial rotation; 1 where it says nothing.</summary>
    public static double RotaryShare(JsonSection json)
    {
        const string name = "partial_rotary_factor";
        var section = json.Section("rope_parameters") is { } rope && rope.Find(name) is not null ? rope : json;
        if (section.Find(name) is null) return 1;
        var share = section.PositiveNumber(name);
        return share <= 1 ? share : throw section.Error(name, $"is {share}, but must be at most 1");
    }

    private static bool[] RotaryLayers(JsonSection json, int layers, string intervalKey, int interval)
    {
        if (json.Find("no_rope_layers") is { } value)
        {
            var flags = json.Integers("no_rope_layers", value);
            if (flags.Length != layers)
                throw json.Error("no_rope_layers", $"has {flags.Length} entries, but there are {layers} layers");
            if (Array.Find(flags, flag => flag is not (0 or 1)) is not 0 and var other)
                throw json.Error("no_rope_layers", $"{other} is neither 0 nor 1");
            return [.. flags.Select(flag => flag == 1)];
        }
        var every = json.Find(intervalKey) is null ? interval : json.Positive(intervalKey);
        return [.. Enumerable.Range(1, layers).Select(layer => layer % every != 0)];
    }
}
