using System.ComponentModel.DataAnnotations;
using Sgasa.AttackLogs;

namespace Sgasa.Coordinator.Settings;

/// <summary>Who may use the HTTP API, and how much of it.</summary>
public sealed class ApiOptions : IValidatableObject
{
    /// <summary>The configuration section these options are read from.</summary>
    public const string Section = "Api";

    private const int ShortestKey = 16;

    /// <summary>
    /// Keys that may do everything: the key itself, or <c>sha256:</c> and the 64 hexadecimal digits of its hash. Several, so
    /// that a new key can be given out before the old one is withdrawn.
    /// </summary>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>Keys that may only read, written in the same way.</summary>
    public IList<string> ReaderKeys { get; } = [];

    /// <summary>A file with a key in each line, in addition to <see cref="ApiKeys"/>; empty for none.</summary>
    public string ApiKeysFile { get; set; } = "";

    /// <summary>Bearer tokens of an OpenID Connect issuer; off without an authority.</summary>
    public OidcOptions Oidc { get; set; } = new();

    /// <summary>
    /// Whether everybody may use the API. Without this, and without any key or issuer, only callers on this machine may,
    /// and the host does not start on any other address.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>Longest body of a request, in bytes, attack logs apart.</summary>
    [Range(1_024, 1 << 30)]
    public long MaxRequestBytes { get; set; } = 16 << 20;

    /// <summary>Longest attack log, in bytes.</summary>
    [Range(1_024, 1L << 40)]
    public long MaxLogBytes { get; set; } = 1 << 30;

    /// <summary>Longest line of an attack log, in bytes.</summary>
    [Range(256, 64 << 20)]
    public int MaxLineBytes { get; set; } = AttackLogReader.DefaultMaxLineBytes;

    /// <summary>Most prompts in one attack log. Taking one in needs about a hundred bytes of memory for each.</summary>
    [Range(4, 100_000_000)]
    public int MaxLogPrompts { get; set; } = 1_000_000;

    /// <summary>Attack logs that one caller may send, and rounds that it may start, in a minute.</summary>
    [Range(1, 1_000_000)]
    public int IntakesPerMinute { get; set; } = 60;

    /// <summary>Longest silence in a stream of progress: it is repeated then, so that a broken connection shows.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00",
        ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether anything says who may use the API.</summary>
    internal bool HasCredentials =>
        ApiKeys.Count > 0 || ReaderKeys.Count > 0 || ApiKeysFile.Length > 0 || Oidc.Authority.Length > 0;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, keys) in ((string, IList<string>)[])[(nameof(ApiKeys), ApiKeys), (nameof(ReaderKeys), ReaderKeys)])
        {
            foreach (var (i, key) in keys.Index().Where(k => !IsKey(k.Item)))
            {
                yield return new ValidationResult(
                    $"{Section}:{name}:{i} is neither a key of at least {ShortestKey} visible characters nor 'sha256:' and 64 " +
                    "hexadecimal digits.",
                    [name]);
            }
        }

        if (ApiKeysFile.Length > 0 && !File.Exists(ApiKeysFile))
        {
            yield return new ValidationResult(
                $"{Section}:{nameof(ApiKeysFile)}: there is no file '{ApiKeysFile}'.", [nameof(ApiKeysFile)]);
        }

        foreach (var fault in Oidc.Faults($"{Section}:{nameof(Oidc)}")) yield return new ValidationResult(fault, [nameof(Oidc)]);
    }

    /// <summary>Whether a text can be a key: visible characters of ASCII, as a header carries them.</summary>
    internal static bool IsKey(string key) => key.StartsWith("sha256:", StringComparison.Ordinal)
        ? key.Length == 71 && key.Skip(7).All(char.IsAsciiHexDigit)
        : key.Length >= ShortestKey && key.All(c => c is > ' ' and < '\x7f');
}
