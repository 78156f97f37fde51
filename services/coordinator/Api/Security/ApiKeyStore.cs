using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Sgasa.Coordinator.Api.Security;

/// <summary>The keys that are given out, of the settings and of their file.</summary>
internal sealed class ApiKeyStore(IOptions<ApiOptions> options)
{
    /// <summary>The header for a key, beside <c>Authorization: Bearer</c>.</summary>
    public const string Header = "X-Api-Key";

    private const string Bearer = "Bearer ";

    private readonly Lazy<IReadOnlyList<(byte[] Hash, bool Writes)>> _keys = new(() => Read(options.Value));

    /// <summary>What a request presents for a key; empty for something else than one, null for nothing.</summary>
    public static string? PresentedIn(HttpRequest request)
    {
        if (request.Headers.TryGetValue(Header, out var key)) return key.ToString();
        var header = request.Headers[HeaderNames.Authorization].ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : header.Length > 0 ? "" : null;
    }

    /// <summary>The key that was presented; null where nobody knows it.</summary>
    public ApiKey? Find(string presented)
    {
        // Every key is compared, and each in constant time: how long it takes tells nothing about any of them.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(presented));
        var (known, writes) = (false, false);
        foreach (var key in _keys.Value)
        {
            var same = CryptographicOperations.FixedTimeEquals(key.Hash, hash);
            (known, writes) = (known | same, writes | (same & key.Writes));
        }

        return known ? new ApiKey("key " + Convert.ToHexStringLower(hash)[..8], writes) : null;
    }

    private static List<(byte[] Hash, bool Writes)> Read(ApiOptions options)
    {
        var lines = options.ApiKeysFile.Length == 0
            ? []
            : File.ReadAllLines(options.ApiKeysFile).Select(l => l.Trim()).Where(l => l.Length > 0).ToList();
        if (lines.FindIndex(l => !ApiOptions.IsKey(l)) is var wrong and >= 0)
        {
            throw new OptionsValidationException(
                ApiOptions.Section,
                typeof(ApiOptions),
                [$"{options.ApiKeysFile}:{wrong + 1}: this is no key. Write one in each line."]);
        }

        return
        [
            .. options.ApiKeys.Concat(lines).Select(key => (HashOf(key), true)),
            .. options.ReaderKeys.Select(key => (HashOf(key), false)),
        ];
    }

    private static byte[] HashOf(string key) => key.StartsWith("sha256:", StringComparison.Ordinal)
        ? Convert.FromHexString(key.AsSpan(7))
        : SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
