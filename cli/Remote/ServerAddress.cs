using Sgasa.Contracts;

namespace Sgasa.Cli.Remote;

/// <summary>Where a deployment's API is.</summary>
/// <param name="Root">Its address, ending in a slash.</param>
internal sealed record ServerAddress(Uri Root)
{
    /// <summary>The environment variable that names a server where the command line does not.</summary>
    public const string Variable = "SGASA_SERVER";

    /// <summary>The word for no server at all, whatever the environment says.</summary>
    public const string Local = "local";

    /// <summary>Whether what is sent there can be read on the way.</summary>
    public bool IsOpenToOthers => Root.Scheme == Uri.UriSchemeHttp && !Root.IsLoopback;

    /// <summary>The server that the command line or the environment names; null for none.</summary>
    /// <exception cref="UserErrorException">It is no address.</exception>
    public static ServerAddress? Of(string? option)
    {
        var text = option ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(text) || text == Local) return null;

        var name = option is null ? Variable : "--server";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            throw new UserErrorException(
                $"{name} '{text}' is no address like https://sgasa.example.org. Give one, or '{Local}'.");
        }

        if (uri.UserInfo.Length > 0)
            throw new UserErrorException($"{name} holds a password. Leave it out: the key comes from {KeyFile.Variable}.");
        if (uri.Query.Length + uri.Fragment.Length > 0)
            throw new UserErrorException($"{name} '{text}' goes on after its path. Give the address alone.");
        return new ServerAddress(uri.AbsoluteUri.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/"));
    }

    /// <inheritdoc />
    public override string ToString() => Root.AbsoluteUri.TrimEnd('/');
}
