using Microsoft.AspNetCore.Diagnostics;

namespace Sgasa.Coordinator.Api.Problems;

/// <summary>Answers every mistake and fault with a problem document: what is wrong, and what to do.</summary>
internal sealed class ApiExceptionHandler(ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (ApiProblems.StatusOf(exception) == StatusCodes.Status500InternalServerError)
        {
            var endpoint = httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
            logger.RequestFailed(exception, httpContext.Request.Method, $"{endpoint}");
        }

        await ApiProblems.Of(exception, httpContext.TraceIdentifier).ExecuteAsync(httpContext);
        return true;
    }
}
