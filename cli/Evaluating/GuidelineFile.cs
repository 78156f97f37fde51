using System.Text;
using System.Text.Json;
using Sgasa.Contracts;

namespace Sgasa.Cli.Evaluating;

/// <summary>
/// Reads guidelines: a text file with one, or JSON Lines with a <c>text</c> each, as rounds export them; attempts that were
/// not verified are passed over.
/// </summary>
internal static class GuidelineFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary>The guidelines' texts; at least one.</summary>
    /// <exception cref="UserErrorException">The file can't be read or holds none.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        var text = Content(path);
        IReadOnlyList<string> guidelines = path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)
            ?
            [
                .. text.Split('\n').Select((line, i) => (Line: line.Trim(), Number: i + 1))
                    .Where(l => l.Line.Length > 0)
                    .Select(l => Parse(path, l.Line, l.Number)).OfType<string>(),
            ]
            : [text.Trim()];
        return guidelines.Count > 0 && guidelines.All(g => g.Length > 0)
            ? guidelines
            : throw new UserErrorException($"{path}: holds no guideline. Give a text file, or a round's guidelines.jsonl.");
    }

    private static string Content(string path)
    {
        if (!File.Exists(path)) throw new UserErrorException($"{path}: no such guideline file. Check the path.");
        try
        {
            return new FileInfo(path).Length <= MaxBytes
                ? File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true))
                : throw new UserErrorException($"{path}: larger than 1 MiB, so not a guideline. Name a guideline file.");
        }
        catch (DecoderFallbackException fault)
        {
            throw new UserErrorException($"{path}: is not UTF-8. Save it as UTF-8.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: can't be read: {fault.Message} Check its permissions.", fault);
        }
    }

    /// <summary>The guideline's text; null for an attempt that was not verified.</summary>
    private static string? Parse(string path, string line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("text", out var text)
                && text.ValueKind == JsonValueKind.String)
            {
                var failed = root.TryGetProperty("verified", out var verified) && verified.ValueKind == JsonValueKind.False;
                return failed ? null : text.GetString()!.Trim();
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new UserErrorException(
            $"{path}:{number}: is no JSON object with a \"text\". Give one guideline per line, as rounds export them.");
    }
}
