using System.Net;

namespace Sgasa.Api;

/// <summary>The API answered a request with something else than success.</summary>
/// <param name="status">The status.</param>
/// <param name="problem">What it says of the reason; null where what answered is not the API.</param>
/// <param name="location">Where it says that the thing is now; null where it says nothing of it.</param>
public sealed class ApiProblemException(HttpStatusCode status, Problem? problem, Uri? location = null)
    : Exception(problem?.Detail ?? $"The answer is {(int)status}.")
{
    /// <summary>The status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>What the API says of the reason; null where what answered is not the API.</summary>
    public Problem? Problem { get; } = problem;

    /// <summary>Where the thing is now; null where nothing is said of it.</summary>
    public Uri? Location { get; } = location;
}
