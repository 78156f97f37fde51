using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sgasa.Api;

/// <summary>Requests to the API, and what their answers mean.</summary>
/// <param name="http">The way to it.</param>
/// <param name="patience">How long an answer's beginning is waited for.</param>
internal sealed class ApiConnection(HttpClient http, TimeSpan patience)
{
    private const string ProblemType = "application/problem+json";

    /// <summary>Sends a request, and reads the whole answer.</summary>
    public async Task<T> AskAsync<T>(
        HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await SendPatientlyAsync(request, ct).ConfigureAwait(false);
        return await ReadAsync(response, type, ct).ConfigureAwait(false);
    }

    /// <summary>Opens an answer that is read as it comes.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendPatientlyAsync(request, ct).ConfigureAwait(false);
    }

    /// <summary>Asks for something that may not be there.</summary>
    public async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) where T : class
    {
        try
        {
            return await AskAsync(HttpMethod.Get, path, content: null, type, ct).ConfigureAwait(false);
        }
        // Something else may answer with a 404 of its own: only the API's says that a thing is missing.
        catch (ApiProblemException fault) when (fault is { Status: HttpStatusCode.NotFound, Problem: not null })
        {
            return null;
        }
    }

    /// <summary>Sends a request, however long its content takes.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            throw new ApiProblemException(
                response.StatusCode, await ProblemOfAsync(response, ct).ConfigureAwait(false), response.Headers.Location);
        }
    }

    /// <summary>Reads an answer.</summary>
    public static async Task<T> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken ct) =>
        await response.Content.ReadFromJsonAsync(type, ct).ConfigureAwait(false) ?? throw new JsonException("The answer is null.");

    // The patience is for the answer's beginning: how long the rest takes is the reader's to say.
    private async Task<HttpResponseMessage> SendPatientlyAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        enough.CancelAfter(patience);
        try
        {
            return await SendAsync(request, enough.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException fault) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer in {patience.TotalSeconds:0} seconds", fault);
        }
    }

    private static async Task<Problem?> ProblemOfAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.Content.Headers.ContentType?.MediaType != ProblemType) return null;
        try
        {
            return await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem, ct).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
