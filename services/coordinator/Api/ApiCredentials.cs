using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Sgasa.Coordinator.Api;

/// <summary>Tells who calls: by API key, by bearer token, or by being on this machine where neither is asked for.</summary>
internal sealed class ApiCredentials(IOptions<ApiOptions> options, OidcTokens tokens)
{
    private const string KeyHeader = "X-Api-Key";
    private const string Bearer = "Bearer ";

    private readonly Lazy<IReadOnlyList<(byte[] Hash, ApiAccess Access)>> _keys = new(() => Read(options.Value));

    /// <summary>The caller of a request; one with <see cref="ApiAccess.None"/> where nobody knows who that is.</summary>
    public async Task<ApiCaller> IdentifyAsync(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (Presented(context.Request) is { } presented)
        {
            if (ByKey(presented) is { } known) return known;
            if (await tokens.FindAsync(presented, context.RequestAborted) is { } caller) return caller;
            // A wrong key is a mistake even where none is asked for.
            return new ApiCaller($"{address}", ApiAccess.None);
        }

        var open = options.Value.AllowAnonymous || (!options.Value.HasCredentials && IsThisMachine(context.Connection));
        return new ApiCaller($"{address}", open ? ApiAccess.Write : ApiAccess.None);
    }

    private static string? Presented(HttpRequest request)
    {
        if (request.Headers.TryGetValue(KeyHeader, out var key)) return key.ToString();
        var header = request.Headers[HeaderNames.Authorization].ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : header.Length > 0 ? "" : null;
    }

    // Every key is compared, and each in constant time: how long it takes tells nothing about any of them.
    private ApiCaller? ByKey(string presented)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(presented));
        var access = ApiAccess.None;
        foreach (var key in _keys.Value)
            if (CryptographicOperations.FixedTimeEquals(key.Hash, hash) && key.Access > access) access = key.Access;
        return access == ApiAccess.None ? null : new ApiCaller("key " + Convert.ToHexStringLower(hash)[..8], access);
    }

    private static bool IsThisMachine(ConnectionInfo connection) =>
        connection.RemoteIpAddress is null || IPAddress.IsLoopback(connection.RemoteIpAddress);

    private static List<(byte[] Hash, ApiAccess Access)> Read(ApiOptions options)
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
            .. options.ApiKeys.Concat(lines).Select(key => (HashOf(key), ApiAccess.Write)),
            .. options.ReaderKeys.Select(key => (HashOf(key), ApiAccess.Read)),
        ];
    }

    private static byte[] HashOf(string key) => key.StartsWith("sha256:", StringComparison.Ordinal)
        ? Convert.FromHexString(key.AsSpan(7))
        : SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
