using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Sgasa.Coordinator.Api.Problems;

namespace Sgasa.Coordinator.Api.Security;

/// <summary>How often one caller may send logs and start rounds.</summary>
internal sealed class ApiLimits(IOptions<ApiOptions> options) : IConfigureOptions<RateLimiterOptions>
{
    /// <summary>The name of the limit.</summary>
    public const string Intake = "intake";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public void Configure(RateLimiterOptions limiter)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.AddPolicy(Intake, context => RateLimitPartition.GetFixedWindowLimiter(
            context.User.Identity?.Name ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.IntakesPerMinute, Window = Window }));
        limiter.OnRejected = static async (rejected, ct) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : Window;
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            rejected.HttpContext.Response.Headers.RetryAfter = seconds;
            var fault = new ApiRefusedException(
                StatusCodes.Status429TooManyRequests, $"Too many logs and rounds at once. Try again in {seconds} seconds.");
            await ApiProblems.Of(fault, "").ExecuteAsync(rejected.HttpContext);
        };
    }
}
