using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Sgasa.Prompting;

/// <summary>
/// A text with placeholders: <c>{{name}}</c> stands for one text, <c>{{#name}}…{{text}}…{{/name}}</c> for a list,
/// repeated for each of its texts. Filled in one pass, so a placeholder inside a filled-in text stays as it is.
/// </summary>
internal sealed partial class InstructionTemplate
{
    private readonly ImmutableArray<Part> _parts;

    private InstructionTemplate(ImmutableArray<Part> parts, string hash)
    {
        _parts = parts;
        Hash = hash;
    }

    /// <summary>SHA-256, lower-case hexadecimal, of the template's text.</summary>
    public string Hash { get; }

    /// <summary>Reads a template; its last newline ends the file and is no part of the instruction.</summary>
    public static InstructionTemplate Parse(string text)
    {
        // A checkout may have translated line ends; neither the hash nor the instruction may depend on it.
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        var body = text.EndsWith('\n') ? text[..^1] : text;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return new InstructionTemplate(Split(body), hash);
    }

    /// <summary>Fills the template. Every text is neutralised, see <see cref="Untrusted"/>.</summary>
    public Instruction Fill(params ReadOnlySpan<(string Name, IReadOnlyList<string> Texts)> values)
    {
        var filled = new StringBuilder();
        foreach (var part in _parts)
        {
            if (part.Name is null)
            {
                filled.Append(part.Before);
                continue;
            }

            foreach (var text in Find(values, part.Name))
                filled.Append(part.Before).Append(Untrusted.Neutralise(text)).Append(part.After);
        }

        return new Instruction(filled.ToString(), Hash);
    }

    private static IReadOnlyList<string> Find(
        ReadOnlySpan<(string Name, IReadOnlyList<string> Texts)> values, string name)
    {
        foreach (var value in values)
            if (value.Name == name)
                return value.Texts;
        throw new InvalidOperationException($"The instruction template names '{name}', which nothing fills.");
    }

    private static ImmutableArray<Part> Split(string body)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        var from = 0;
        foreach (Match match in Placeholder().Matches(body))
        {
            parts.Add(new Part(null, body[from..match.Index], ""));
            parts.Add(match.Groups["list"].Success
                ? new Part(match.Groups["list"].Value, match.Groups["before"].Value, match.Groups["after"].Value)
                : new Part(match.Groups["one"].Value, "", ""));
            from = match.Index + match.Length;
        }

        parts.Add(new Part(null, body[from..], ""));
        return parts.ToImmutable();
    }

    [GeneratedRegex(
        @"\{\{#(?<list>\w+)\}\}(?<before>[^{]*)\{\{text\}\}(?<after>[^{]*)\{\{/\k<list>\}\}" +
        @"|\{\{(?<one>\w+)\}\}")]
    private static partial Regex Placeholder();

    /// <summary>Literal text (no name), or what surrounds each text filled in for a name.</summary>
    private sealed record Part(string? Name, string Before, string After);
}
