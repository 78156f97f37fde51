using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Sgasa.Contracts;

namespace Sgasa.Hosting.Security;

/// <summary>
/// The passwords that the compose file carries so that it can be tried without preparation. They are known to everybody:
/// outside the environment <c>Development</c> no service starts with one.
/// </summary>
public static class DevelopmentSecrets
{
    /// <summary>What every such secret contains.</summary>
    public const string Mark = "development-only";

    /// <summary>Refuses them outside of development.</summary>
    /// <exception cref="UserErrorException">A setting contains one; the message names the setting.</exception>
    public static void Refuse(IConfiguration configuration, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (environment.IsDevelopment()) return;

        var known = configuration.AsEnumerable()
            .FirstOrDefault(s => s.Value?.Contains(Mark, StringComparison.OrdinalIgnoreCase) == true);
        if (known.Key is not null)
        {
            throw new UserErrorException(
                $"{known.Key} holds a secret that is published with this project ('{Mark}…'): give one of your own, "
                + $"or set SGASA_ENVIRONMENT={Environments.Development} on a machine of your own.");
        }
    }
}
