using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sgasa.Hosting.Health;

/// <summary>
/// <c>/health/live</c>: the process runs. <c>/health/ready</c>: it can do its work. Both answer with JSON that names each
/// check with its state and reason, status 200 or 503.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>The path that says whether the process runs.</summary>
    public const string Live = "/health/live";

    /// <summary>The path that says whether the process can do its work.</summary>
    public const string Ready = "/health/ready";

    // MassTransit adds a check of its own; only those with this tag are asked.
    private const string Tag = "sgasa";

    /// <summary>How long one check may take before it counts as failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Adds the checks of what every service needs: the broker and the database.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services) => services
        .AddReadiness<BrokerCheck>("broker")
        .AddReadiness<DatabaseCheck>("database");

    /// <summary>Adds a check to <c>/health/ready</c>; adding a name again changes nothing.</summary>
    public static IServiceCollection AddReadiness<TCheck>(this IServiceCollection services, string name)
        where TCheck : class, IHealthCheck
    {
        services.AddHealthChecks();
        return services.Configure<HealthCheckServiceOptions>(health =>
        {
            if (health.Registrations.Any(r => r.Name == name)) return;
            health.Registrations.Add(new HealthCheckRegistration(
                name, ActivatorUtilities.GetServiceOrCreateInstance<TCheck>, HealthStatus.Unhealthy, [Tag], Patience));
        });
    }

    /// <summary>Maps both endpoints.</summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks(Live, new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        endpoints.MapHealthChecks(
            Ready, new HealthCheckOptions { Predicate = r => r.Tags.Contains(Tag), ResponseWriter = WriteAsync });
    }

    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var json = new Utf8JsonWriter(context.Response.BodyWriter);
        await using var _ = json.ConfigureAwait(false);
        json.WriteStartObject();
        json.WriteString("status", Word(report.Status));
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(name);
            json.WriteString("status", Word(entry.Status));
            // A description is ours; an exception's text could hold an address with its password.
            if ((entry.Description ?? entry.Exception?.GetType().Name) is { } reason && entry.Status != HealthStatus.Healthy)
                json.WriteString("reason", reason);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Word(HealthStatus status) => status == HealthStatus.Healthy ? "healthy" : "unhealthy";
}
