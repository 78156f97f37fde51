namespace Sgasa.Coordinator.Settings;

/// <summary>Whose bearer tokens are taken.</summary>
public sealed class OidcOptions
{
    /// <summary>The issuer's <c>https</c> address, above its <c>.well-known/openid-configuration</c>; empty for none.</summary>
    public string Authority { get; set; } = "";

    /// <summary>The audience that a token must name.</summary>
    public string Audience { get; set; } = "";

    /// <summary>A scope or role that a token needs to do more than read; empty where every token may do everything.</summary>
    public string WriteScope { get; set; } = "";

    /// <summary>What is wrong with these options, each in a sentence that starts with the setting's name.</summary>
    internal IEnumerable<string> Faults(string section)
    {
        if (Authority.Length == 0) yield break;
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var uri)
            || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
            yield return $"{section}:{nameof(Authority)} '{Authority}' is no https address.";
        if (Audience.Length == 0)
            yield return $"{section}:{nameof(Audience)} is empty: name the audience that tokens are issued for.";
    }
}
