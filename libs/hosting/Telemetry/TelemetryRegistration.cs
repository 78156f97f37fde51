using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sgasa.Hosting.Telemetry;

/// <summary>Puts OpenTelemetry into a host: Prometheus reads <c>/metrics</c>, and OTLP goes where the environment says.</summary>
public static class TelemetryRegistration
{
    private const string MetricsPath = "/metrics";

    /// <summary>
    /// Collects this system's spans and measurements, MassTransit's, and those of the server and the runtime. They are
    /// exported where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other <c>OTEL_</c> variables count as everywhere.
    /// </summary>
    public static IServiceCollection AddTelemetry(
        this IServiceCollection services, IConfiguration configuration, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(
                    $"sgasa-{serviceName}",
                    serviceNamespace: "sgasa",
                    serviceVersion: typeof(SgasaTelemetry).Assembly.GetName().Version?.ToString(3),
                    autoGenerateServiceInstanceId: false,
                    serviceInstanceId: Environment.MachineName)
                // Last, since what the operator says counts.
                .AddEnvironmentVariableDetector())
            .WithTracing(tracing =>
            {
                tracing.AddSource(SgasaTelemetry.Name, SgasaTelemetry.MassTransitName)
                    .AddAspNetCoreInstrumentation(web => web.Filter = context => !IsOperational(context.Request.Path));
                if (HasEndpoint(configuration, "TRACES")) tracing.AddOtlpExporter();
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(
                    SgasaTelemetry.Name, SgasaTelemetry.Name + ".*", "Microsoft.AspNetCore.Hosting",
                    "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime");
                metrics.AddPrometheusExporter();
                if (HasEndpoint(configuration, "METRICS")) metrics.AddOtlpExporter();
            });
        return services;
    }

    /// <summary>Maps <c>/metrics</c>.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPrometheusScrapingEndpoint(MetricsPath).DisableHttpMetrics();

    private static bool IsOperational(PathString path) => path.StartsWithSegments("/health") || path == MetricsPath;

    private static bool HasEndpoint(IConfiguration configuration, string signal) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])
        || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);
}
