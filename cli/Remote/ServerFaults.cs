using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Sgasa.Contracts;
using Sgasa.Coordinator;

namespace Sgasa.Cli.Remote;

/// <summary>What a server's answers, and its silence, mean for the user.</summary>
internal static class ServerFaults
{
    /// <summary>A request that got no answer.</summary>
    public static Exception Of(HttpRequestException fault, ServerAddress server) => new ServerFaultException(
        fault.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => $"{server}: nobody knows the host '{server.Root.Host}'. Check --server.",
            HttpRequestError.SecureConnectionError =>
                $"{server}: no secure connection ({Cause(fault)}). Check the certificate, or whether the server " +
                "speaks plain http there.",
            HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse when server.Root.Scheme == Uri.UriSchemeHttp =>
                $"{server}: what answers there does not speak plain http. Give its https address.",
            _ => $"{server}: the server can't be reached ({Cause(fault)}). Check that it runs, and the address.",
        },
        fault);

    /// <summary>Throws where an answer is no success.</summary>
    /// <exception cref="UserErrorException">The user can mend it.</exception>
    /// <exception cref="ServerFaultException">The server has to.</exception>
    public static async Task ThrowIfAnyAsync(HttpResponseMessage response, ServerAddress server, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode) return;
        if ((int)response.StatusCode is >= 300 and < 400)
            throw new UserErrorException($"{server}: the server is at {response.Headers.Location} now. Give that address.");

        var detail = await DetailAsync(response, ct);
        throw response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new UserErrorException(
                $"{server}: the server knows no such key, or none was sent. Set {ApiKey.Variable} or give --api-key-file FILE."),
            HttpStatusCode.NotFound when detail is null => new UserErrorException(
                $"{server}: no API of this version is there. Check the address, and the server's version."),
            HttpStatusCode.TooManyRequests => new ServerFaultException(
                $"{server}: {detail ?? "too many requests. Try again later."}"),
            var status when (int)status < 500 => new UserErrorException($"{server}: {detail ?? $"the answer is {(int)status}."}"),
            var status => new ServerFaultException($"{server}: {detail ?? $"the server fails ({(int)status}). See its log."}"),
        };
    }

    private static async Task<string?> DetailAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json") return null;
        try
        {
            return (await response.Content.ReadFromJsonAsync(CoordinatorJson.Default.ProblemDetails, ct))?.Detail;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Cause(Exception fault)
    {
        while (fault.InnerException is { } inner) fault = inner;
        return fault.Message.TrimEnd('.');
    }
}
