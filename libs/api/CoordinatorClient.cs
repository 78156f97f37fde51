using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sgasa.Api.Deployments;
using Sgasa.Api.Files;
using Sgasa.Api.Rounds;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Api;

/// <summary>
/// A running deployment's API. Every request may end in an <see cref="ApiProblemException"/> where the answer is no success,
/// in an <see cref="HttpRequestException"/> or <see cref="TimeoutException"/> where there is none, and in a
/// <see cref="JsonException"/> where it is not understood.
/// </summary>
/// <param name="http">The way to it, with <see cref="AddressIn"/> for its base address and the key in its headers.</param>
public sealed class CoordinatorClient(HttpClient http)
{
    /// <summary>How long an answer's beginning is waited for. Attack logs take as long as they take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly ApiConnection _api = new(http, Patience);

    /// <summary>The API's address in a server.</summary>
    /// <param name="server">The server's address, ending in a slash.</param>
    public static Uri AddressIn(Uri server) => new(server, ApiRoot.Path.TrimStart('/') + "/");

    /// <summary>Reads something of the API.</summary>
    /// <param name="path">Where it is, below the API's address.</param>
    /// <param name="type">What it is, as <see cref="ApiJson"/> knows it.</param>
    /// <param name="ct">Stops the waiting.</param>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) =>
        _api.AskAsync(HttpMethod.Get, path, content: null, type, ct);

    /// <summary>What the server says of itself.</summary>
    public Task<ServerInfo> InfoAsync(CancellationToken ct) => GetAsync("server", ApiJson.Default.ServerInfo, ct);

    /// <summary>Sends an attack log.</summary>
    /// <param name="log">Its content, as it is on disk.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="mediaType">Its format.</param>
    /// <param name="ct">Stops the sending.</param>
    public async Task<AttackLog> TakeLogAsync(Stream log, string name, string mediaType, CancellationToken ct)
    {
        using var content = new StreamContent(log);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        using var request = new HttpRequestMessage(HttpMethod.Post, "logs?name=" + Escaped(name)) { Content = content };
        // Whoever has no key hears so before the log is sent.
        request.Headers.ExpectContinue = true;
        using var response = await _api.SendAsync(request, ct).ConfigureAwait(false);
        return await ApiConnection.ReadAsync(response, ApiJson.Default.AttackLog, ct).ConfigureAwait(false);
    }

    /// <summary>Starts a round, or goes on with it.</summary>
    public Task<SubmittedRound> StartRoundAsync(RoundSubmission round, CancellationToken ct) => _api.AskAsync(
        HttpMethod.Post,
        "rounds",
        JsonContent.Create(round, ApiJson.Default.RoundSubmission),
        ApiJson.Default.SubmittedRound,
        ct);

    /// <summary>Some of the rounds, newest first; fewer than asked for where there are no more.</summary>
    /// <param name="limit">Most of them.</param>
    /// <param name="after">The last round of the page before; null for the first page.</param>
    /// <param name="ct">Stops the waiting.</param>
    public Task<IReadOnlyList<RoundSummary>> ListRoundsAsync(int limit, string? after, CancellationToken ct) => GetAsync(
        $"rounds?limit={limit}" + (after is null ? "" : $"&after={Escaped(after)}"),
        ApiJson.Default.IReadOnlyListRoundSummary,
        ct);

    /// <summary>A round with its progress and results, or null.</summary>
    public Task<RoundDetails?> FindRoundAsync(string roundId, CancellationToken ct) =>
        _api.FindAsync(PathOf(roundId), ApiJson.Default.RoundDetails, ct);

    /// <summary>A round's progress until it has ended, or until the connection ends before it.</summary>
    public async IAsyncEnumerable<RoundProgress> WatchRoundAsync(string roundId, [EnumeratorCancellation] CancellationToken ct)
    {
        using var response = await _api.OpenAsync(PathOf(roundId) + "/events", ct).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var events = SseParser.Create(
            stream, static (_, bytes) => JsonSerializer.Deserialize(bytes, ApiJson.Default.RoundProgress)!);
        await foreach (var item in events.EnumerateAsync(ct).ConfigureAwait(false)) yield return item.Data;
    }

    /// <summary>Stops a running round.</summary>
    public Task<CancelledRound> CancelRoundAsync(string roundId, CancellationToken ct) =>
        _api.AskAsync(HttpMethod.Post, PathOf(roundId) + "/cancel", content: null, ApiJson.Default.CancelledRound, ct);

    /// <summary>The lines of one of a round's exports.</summary>
    public async IAsyncEnumerable<string> ExportAsync(
        string roundId, string name, [EnumeratorCancellation] CancellationToken ct)
    {
        using var response = await _api.OpenAsync($"{PathOf(roundId)}/exports/{Escaped(name)}", ct).ConfigureAwait(false);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false));
        while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line) yield return line;
    }

    /// <summary>The checkpoint of a stage.</summary>
    public Task<Checkpoint> CheckpointAsync(string roundId, Stage stage, CancellationToken ct) =>
        GetAsync(PathOf(roundId, stage), ApiJson.Default.Checkpoint, ct);

    /// <summary>The files of a stage's adapter; null where the server can't give them.</summary>
    public Task<IReadOnlyList<AdapterFile>?> AdapterFilesAsync(string roundId, Stage stage, CancellationToken ct) =>
        _api.FindAsync(PathOf(roundId, stage) + "/files", ApiJson.Default.IReadOnlyListAdapterFile, ct);

    /// <summary>Copies one file of a stage's adapter.</summary>
    public async Task CopyAdapterFileAsync(string roundId, Stage stage, string name, Stream target, CancellationToken ct)
    {
        using var response = await _api.OpenAsync($"{PathOf(roundId, stage)}/files/{Escaped(name)}", ct).ConfigureAwait(false);
        await response.Content.CopyToAsync(target, ct).ConfigureAwait(false);
    }

    /// <summary>Messages that were given up.</summary>
    public Task<IReadOnlyList<MessageFault>> FaultsAsync(int limit, CancellationToken ct) =>
        GetAsync($"faults?limit={limit}", ApiJson.Default.IReadOnlyListMessageFault, ct);

    /// <summary>Puts given-up messages back into their queues: one by its id, or all of a queue by its name.</summary>
    public Task<HandledFaults> RequeueAsync(string idOrQueue, CancellationToken ct) => _api.AskAsync(
        HttpMethod.Post, $"faults/{Escaped(idOrQueue)}/requeue", content: null, ApiJson.Default.HandledFaults, ct);

    /// <summary>Forgets given-up messages: one by its id, or all of a queue by its name.</summary>
    public Task<HandledFaults> DropAsync(string idOrQueue, CancellationToken ct) =>
        _api.AskAsync(HttpMethod.Delete, $"faults/{Escaped(idOrQueue)}", content: null, ApiJson.Default.HandledFaults, ct);

    private static string PathOf(string roundId) => "rounds/" + Escaped(roundId);

    private static string PathOf(string roundId, Stage stage) =>
        $"{PathOf(roundId)}/checkpoints/{stage.ToString().ToLowerInvariant()}";

    private static string Escaped(string text) => Uri.EscapeDataString(text);
}
