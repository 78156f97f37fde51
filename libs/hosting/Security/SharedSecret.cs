using System.Security.Cryptography;
using System.Text;

namespace Sgasa.Hosting.Security;

/// <summary>The secret between services and the trainer, as it travels in a call's <c>authorization</c>.</summary>
public static class SharedSecret
{
    private const string Scheme = "Bearer ";

    /// <summary>The header's value.</summary>
    public static string Header(string secret) => Scheme + secret;

    /// <summary>Whether a header's value carries the secret; takes as long for a near miss as for any other.</summary>
    public static bool Matches(string? header, string secret)
    {
        // Hashes are of one length, so that not even the secret's length shows.
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(header ?? ""));
        var wanted = SHA256.HashData(Encoding.UTF8.GetBytes(Header(secret)));
        return CryptographicOperations.FixedTimeEquals(given, wanted);
    }
}
