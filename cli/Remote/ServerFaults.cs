using System.Net;
using System.Text.Json;
using Sgasa.Api;
using Sgasa.Contracts;

namespace Sgasa.Cli.Remote;

/// <summary>What a server's answers, and its silence, mean for the user.</summary>
internal static class ServerFaults
{
    /// <summary>A request's fault for the user; null for one that says nothing of the server.</summary>
    /// <returns>
    /// A <see cref="UserErrorException"/> where the user can mend it, a <see cref="ServerFaultException"/> where the server
    /// has to.
    /// </returns>
    public static Exception? Of(Exception fault, ServerAddress server) => fault switch
    {
        ApiProblemException answer => OfAnswer(answer, server),
        HttpRequestException silence => new ServerFaultException(OfSilence(silence, server), fault),
        TimeoutException => new ServerFaultException(
            $"{server}: {fault.Message}. Check that the server works, and try again.", fault),
        JsonException => new ServerFaultException(
            $"{server}: the answer is not what this tool understands. Check the address, and the server's version.", fault),
        _ => null,
    };

    private static string OfSilence(HttpRequestException fault, ServerAddress server) => fault.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"{server}: nobody knows the host '{server.Root.Host}'. Check --server.",
        HttpRequestError.SecureConnectionError =>
            $"{server}: no secure connection ({Cause(fault)}). Check the certificate, or whether the server " +
            "speaks plain http there.",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse when server.Root.Scheme == Uri.UriSchemeHttp =>
            $"{server}: what answers there does not speak plain http. Give its https address.",
        _ => $"{server}: the server can't be reached ({Cause(fault)}). Check that it runs, and the address.",
    };

    private static Exception OfAnswer(ApiProblemException answer, ServerAddress server)
    {
        var (status, detail) = (answer.Status, answer.Problem?.Detail);
        return status switch
        {
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new UserErrorException(
                $"{server}: the server is at {answer.Location} now. Give that address."),
            HttpStatusCode.Unauthorized => new UserErrorException(
                $"{server}: the server knows no such key, or none was sent. Set {KeyFile.Variable} or give --api-key-file FILE."),
            HttpStatusCode.NotFound when detail is null => new UserErrorException(
                $"{server}: no API of this version is there. Check the address, and the server's version."),
            HttpStatusCode.TooManyRequests => new ServerFaultException(
                $"{server}: {detail ?? "too many requests. Try again later."}"),
            < HttpStatusCode.InternalServerError => new UserErrorException(
                $"{server}: {detail ?? $"the answer is {(int)status}."}"),
            _ => new ServerFaultException($"{server}: {detail ?? $"the server fails ({(int)status}). See its log."}"),
        };
    }

    private static string Cause(Exception fault)
    {
        while (fault.InnerException is { } inner) fault = inner;
        return fault.Message.TrimEnd('.');
    }
}
