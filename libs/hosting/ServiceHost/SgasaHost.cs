using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Hosting.Health;
using Sgasa.Hosting.Security;
using Sgasa.Hosting.Telemetry;

namespace Sgasa.Hosting;

/// <summary>The process that every service of a distributed deployment runs in.</summary>
public static class SgasaHost
{
    /// <summary>Names the environment, <c>Production</c> where it says nothing; ASP.NET Core's own variables count too.</summary>
    public const string EnvironmentVariable = "SGASA_ENVIRONMENT";

    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
        // What a start fails with is said in a line, see StartFaults.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel"] = "None",
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.Connections"] = "Warning",
        // The checks say it themselves, in a line.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:LogLevel:Grpc"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
    };

    /// <summary>
    /// Runs a service to its end; with <c>--probe</c> asks the one that runs beside it whether it is ready instead.
    /// </summary>
    /// <param name="args">The command line: settings, e.g. <c>--Http:Port=8081</c>.</param>
    /// <param name="serviceName">The service's name, e.g. <c>augmenter</c>.</param>
    /// <param name="configure">Adds the service's parts.</param>
    /// <param name="map">Maps its endpoints beside health and metrics.</param>
    /// <returns>The exit code: 0; 2 for a mistake in the configuration, told in a line; 1 for any other fault.</returns>
    public static async Task<int> RunAsync(
        string[] args, string serviceName, Action<WebApplicationBuilder> configure, Action<WebApplication>? map = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        try
        {
            var builder = CreateBuilder([.. args.Where(a => a != HealthProbe.Switch)], serviceName);
            if (args.Contains(HealthProbe.Switch)) return await HealthProbe.RunAsync(builder.Configuration).ConfigureAwait(false);

            configure(builder);
            var app = builder.Build();
            app.MapHealth();
            app.MapMetrics();
            map?.Invoke(app);
            await app.RunAsync().ConfigureAwait(false);
            return 0;
        }
        catch (Exception fault) when (StartFaults.Describe(fault) is { } mistake)
        {
            await Console.Error.WriteLineAsync($"error: {mistake}").ConfigureAwait(false);
            return 2;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            await Console.Error.WriteLineAsync($"{serviceName} ended with a fault: {fault}").ConfigureAwait(false);
            return 1;
        }
    }

    /// <summary>
    /// What all services have: configuration (appsettings.json, environment, command line, secrets from files), logs as a
    /// JSON object a line, the stores, and HTTP for health, metrics and what the service itself maps.
    /// </summary>
    /// <exception cref="UserErrorException">A secret can't be read, or is one that everybody knows.</exception>
    public static WebApplicationBuilder CreateBuilder(string[] args, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentException.ThrowIfNullOrEmpty(serviceName);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Watching files takes one of the machine's few watches, and nothing here reads a setting twice.
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } name ? name : null,
        });
        var (services, configuration) = (builder.Services, builder.Configuration);
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        configuration.AddSecretFiles();
        DevelopmentSecrets.Refuse(configuration, builder.Environment);

        builder.Logging.ClearProviders().AddJsonConsole(json =>
        {
            json.IncludeScopes = true; // trace and span
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
        services.AddSgasaDefaults();
        services.AddStores(configuration.GetSection(StoreOptions.Section));
        services.AddHealth();
        services.AddTelemetry(configuration, serviceName);
        services.AddOptions<HttpOptions>()
            .Bind(configuration.GetSection(HttpOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SecurityOptions>()
            .Bind(configuration.GetSection(SecurityOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        // Health answers at once, while a model loads or a broker is not there yet.
        services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.WebHost.ConfigureKestrel(Listen);
        return builder;
    }

    private static void Listen(KestrelServerOptions kestrel)
    {
        var http = kestrel.ApplicationServices.GetRequiredService<IOptions<HttpOptions>>().Value;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = http.MaxRequestBytes;
        if (http.Address == "*") kestrel.ListenAnyIP(http.Port, Http1);
        else if (IPAddress.TryParse(http.Address, out var address)) kestrel.Listen(address, http.Port, Http1);
        else throw new UserErrorException($"Http:Address is '{http.Address}': give an IP address, or * for all.");
    }

    private static void Http1(ListenOptions endpoint) => endpoint.Protocols = HttpProtocols.Http1;
}
