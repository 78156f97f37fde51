using Microsoft.Extensions.Configuration;
using Sgasa.Hosting.Health;

namespace Sgasa.Hosting;

/// <summary>
/// A service's executable as its own probe, for container images that have no tool to make a request with:
/// <c>--probe</c> asks the service that runs beside it, with the same settings, whether it is ready.
/// </summary>
internal static class HealthProbe
{
    /// <summary>The command-line switch.</summary>
    public const string Switch = "--probe";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks once, and prints what was answered.</summary>
    /// <returns>The exit code: 0 when the service is ready, else 1.</returns>
    public static async Task<int> RunAsync(IConfiguration configuration)
    {
        var http = configuration.GetSection(HttpOptions.Section).Get<HttpOptions>() ?? new HttpOptions();
        var host = http.Address is "*" or "0.0.0.0" or "::" ? "127.0.0.1" : http.Address;
        // A proxy that the environment names knows nothing of this machine.
        using var direct = new HttpClientHandler { UseProxy = false };
        using var client = new HttpClient(direct) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(
                new UriBuilder(Uri.UriSchemeHttp, host, http.Port, HealthEndpoints.Ready).Uri).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync().ConfigureAwait(false))
                .ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"No answer at {host}:{http.Port}.").ConfigureAwait(false);
            return 1;
        }
    }
}
