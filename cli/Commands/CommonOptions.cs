using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sgasa.Contracts;

namespace Sgasa.Cli.Commands;

/// <summary>Options that several commands have, each with one wording.</summary>
internal static partial class CommonOptions
{
    /// <summary>The option that asks for JSON.</summary>
    public const string JsonName = "--json";

    /// <summary>The folder that rounds are kept in when nothing else is said.</summary>
    public const string DefaultOutput = "sgasa-output";

    public static Option<string?> Model() => new("--model")
    {
        Description = "Hugging Face model folder: config.json, tokenizer.json, *.safetensors [default: the tiny model]",
        HelpName = "FOLDER",
    };

    public static Option<string?> Adapter() => new("--adapter")
    {
        Description = "PEFT adapter folder to put on the model: adapter_config.json, adapter_model.safetensors",
        HelpName = "FOLDER",
    };

    public static Option<string> Device()
    {
        var option = new Option<string>("--device")
        {
            Description = "Where the model runs: auto (a GPU where there is one), cpu, cuda or cuda:N",
            HelpName = "DEVICE",
            DefaultValueFactory = _ => "auto",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !DeviceShape().IsMatch(token.Value))
                result.AddError($"--device '{token.Value}' is unknown: take auto, cpu, cuda or cuda:N");
        });
        return option;
    }

    public static Option<string> Dtype() => OneOf(
        "--dtype", "Type of the base weights in memory: auto (float32 on the CPU, bfloat16 on a GPU), float32 or bfloat16",
        "TYPE", "auto", ["auto", "float32", "bfloat16"]);

    /// <summary>An option that takes one of some words.</summary>
    public static Option<string> OneOf(
        string name, string description, string helpName, string preset, IReadOnlyList<string> words)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => preset,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !words.Contains(token.Value))
                result.AddError($"{name} '{token.Value}' is unknown: take {List(words)}");
        });
        return option;
    }

    /// <summary>An enumeration's members as TRL writes them, such as <c>keep_start</c>.</summary>
    public static IReadOnlyList<string> Words<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(Word)];

    /// <summary>The member that such a word means.</summary>
    public static T Member<T>(string word) where T : struct, Enum => Enum.GetValues<T>().First(member => Word(member) == word);

    /// <summary>Words as a person lists them.</summary>
    public static string List(IReadOnlyList<string> words) => $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";

    private static string Word<T>(T member) where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(member.ToString());

    /// <summary>An option that takes a whole number within bounds.</summary>
    public static Option<int> Count(string name, string description, int preset, int least = 1, int most = int.MaxValue) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => preset,
            CustomParser = result => (int)Number(result, name, least, most),
        };

    /// <summary>The same, where leaving it out means something of its own.</summary>
    public static Option<int?> OptionalCount(string name, string description, int least = 1, int most = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => (int)Number(result, name, least, most),
    };

    /// <summary>An option that takes a number within bounds.</summary>
    public static Option<double> Value(string name, string description, double preset, double least, double most) => new(name)
    {
        Description = description,
        HelpName = "X",
        DefaultValueFactory = _ => preset,
        CustomParser = result => Fraction(result, name, least, most),
    };

    /// <summary>The same, where leaving it out means something of its own.</summary>
    public static Option<double?> OptionalValue(string name, string description, double least, double most) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Fraction(result, name, least, most),
    };

    public static Option<string> Output() => new("--output")
    {
        Description = "Folder that rounds are kept in",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => DefaultOutput,
    };

    public static Option<bool> Json() => new(JsonName)
    {
        Description = "Print one JSON object on standard output at the end; progress goes to standard error",
    };

    public static Option<long> Seed(string description) => new("--seed")
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = result => Number(result, "--seed", long.MinValue, long.MaxValue),
    };

    public static Option<JudgeKind?> Judge() => new("--judge")
    {
        Description = "Who judges responses: oracle (the tiny model's world knows the answers), rules (refusal phrases) or " +
            "model (the model itself) [default: oracle for the tiny model, else rules]",
        HelpName = "JUDGE",
        CustomParser = result =>
        {
            if (result.Tokens is not [{ Value: var text }]) return null; // the parser says what is missing
            if (Enum.GetNames<JudgeKind>().FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name)
                return Enum.Parse<JudgeKind>(name);
            result.AddError($"--judge '{text}' is unknown: take oracle, rules or model");
            return null;
        },
    };

    /// <summary>A whole number within bounds; an error on the result otherwise.</summary>
    public static long Number(ArgumentResult result, string option, long least, long most)
    {
        if (result.Tokens is not [{ Value: var text }]) return 0; // the parser says what is missing
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            var bounds = least == long.MinValue ? "" : $": take {least} to {most}";
            result.AddError($"{option} '{text}' is not a whole number{bounds}");
        }
        else if (number < least || number > most)
            result.AddError($"{option} {text} is out of range: take {least} to {most}");
        return number;
    }

    /// <summary>A number within bounds; an error on the result otherwise.</summary>
    public static double Fraction(ArgumentResult result, string option, double least, double most)
    {
        if (result.Tokens is not [{ Value: var text }]) return 0; // the parser says what is missing
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || !double.IsFinite(number))
            result.AddError($"{option} '{text}' is not a number: take {least} to {most}");
        else if (number < least || number > most)
            result.AddError($"{option} {text} is out of range: take {least} to {most}");
        return number;
    }

    [GeneratedRegex(@"^(auto|cpu|cuda(:[0-9]{1,2})?)\z")]
    private static partial Regex DeviceShape();
}
