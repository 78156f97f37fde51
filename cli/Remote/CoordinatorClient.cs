using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Sgasa.Artifacts.Files;
using Sgasa.Cli.Adapting;
using Sgasa.Cli.Commands;
using Sgasa.Cli.Models;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator;
using Sgasa.Coordinator.Api;
using Sgasa.Coordinator.Intake;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting.Bus;

namespace Sgasa.Cli.Remote;

/// <summary>A running deployment's API.</summary>
internal sealed class CoordinatorClient : IRoundSource, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly HttpClient _http;

    /// <summary>A client; it connects when it is first used.</summary>
    public CoordinatorClient(ServerAddress server, string? key)
    {
        Server = server;
        var handler = new SocketsHttpHandler
        {
            // A key goes to the address that was given, and nowhere else.
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri(server.Root, CoordinatorApi.Root.TrimStart('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (key is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Where it is.</summary>
    public ServerAddress Server { get; }

    /// <summary>What the server says of itself.</summary>
    public Task<ServerInfo> InfoAsync(CancellationToken ct) => GetAsync("server", CoordinatorJson.Default.ServerInfo, ct);

    /// <summary>What is wrong between this tool's version and the server's; null where they fit.</summary>
    public static string? VersionFault(string serverVersion) =>
        Release(serverVersion) == Release(ToolCommands.Version)
            ? null
            : $"warning: the server is version {serverVersion}, this tool {ToolCommands.Version}: use a tool of the " +
                "server's version if something looks wrong";

    /// <summary>Sends an attack log as it is on disk.</summary>
    public async Task<AttackLog> SendLogAsync(string file, CancellationToken ct)
    {
        await using var stream = File.OpenRead(file);
        using var content = new StreamContent(stream);
        content.Headers.ContentType = new MediaTypeHeaderValue(AttackLogReader.IsCsv(file) ? "text/csv" : "application/x-ndjson");
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "logs?name=" + Uri.EscapeDataString(Path.GetFileName(file)));
        request.Content = content;
        // Whoever has no key hears so before the log is sent.
        request.Headers.ExpectContinue = true;
        using var response = await SendAsync(request, ct);
        return await ReadAsync(response, CoordinatorJson.Default.AttackLog, ct);
    }

    /// <summary>Starts a round, or goes on with it.</summary>
    public Task<SubmittedRound> StartAsync(RoundSubmission round, CancellationToken ct) => SendAsync(
        HttpMethod.Post,
        "rounds",
        JsonContent.Create(round, CoordinatorJson.Default.RoundSubmission),
        CoordinatorJson.Default.SubmittedRound,
        ct);

    /// <inheritdoc />
    public Task<IReadOnlyList<RoundSummary>> ListAsync(CancellationToken cancellationToken) =>
        GetAsync("rounds", CoordinatorJson.Default.IReadOnlyListRoundSummary, cancellationToken);

    /// <inheritdoc />
    public async Task<RoundDetails?> FindAsync(string roundId, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(
            "rounds/" + Uri.EscapeDataString(roundId), cancellationToken, HttpStatusCode.NotFound);
        return response.StatusCode == HttpStatusCode.NotFound
            ? null
            : await ReadAsync(response, CoordinatorJson.Default.RoundDetails, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<ModelChoice?> ModelAsync(RoundDetails round, CancellationToken cancellationToken) =>
        (await InfoAsync(cancellationToken)).Model is { } model && model.Fingerprint == round.Specification.BaseModel
            ? ModelChoice.OfServer(model.Name, model.Fingerprint)
            : null;

    /// <summary>Stops a running round.</summary>
    public Task<CancelledRound> CancelAsync(string roundId, CancellationToken ct) => SendAsync(
        HttpMethod.Post,
        $"rounds/{Uri.EscapeDataString(roundId)}/cancel",
        content: null,
        CoordinatorJson.Default.CancelledRound,
        ct);

    /// <summary>How the deployment is doing.</summary>
    public Task<DeploymentStatus> StatusAsync(CancellationToken ct) =>
        GetAsync("status", CoordinatorJson.Default.DeploymentStatus, ct);

    /// <summary>Messages that were given up.</summary>
    public Task<IReadOnlyList<QueueFault>> FaultsAsync(int limit, CancellationToken ct) =>
        GetAsync($"faults?limit={limit}", CoordinatorJson.Default.IReadOnlyListQueueFault, ct);

    /// <summary>Puts given-up messages back into their queues.</summary>
    public Task<HandledFaults> RequeueAsync(string idOrQueue, CancellationToken ct) => SendAsync(
        HttpMethod.Post,
        $"faults/{Uri.EscapeDataString(idOrQueue)}/requeue",
        content: null,
        CoordinatorJson.Default.HandledFaults,
        ct);

    /// <summary>Forgets given-up messages.</summary>
    public Task<HandledFaults> DropAsync(string idOrQueue, CancellationToken ct) => SendAsync(
        HttpMethod.Delete, $"faults/{Uri.EscapeDataString(idOrQueue)}", content: null, CoordinatorJson.Default.HandledFaults, ct);

    /// <summary>The checkpoint of a stage.</summary>
    public Task<Checkpoint> CheckpointAsync(string roundId, Stage stage, CancellationToken ct) =>
        GetAsync(CheckpointPath(roundId, stage), CoordinatorJson.Default.Checkpoint, ct);

    /// <summary>The files of a stage's adapter; null where the server can't give them.</summary>
    public async Task<IReadOnlyList<StoredFile>?> AdapterFilesAsync(string roundId, Stage stage, CancellationToken ct)
    {
        using var response = await OpenAsync(CheckpointPath(roundId, stage) + "/files", ct, HttpStatusCode.NotFound);
        return response.StatusCode == HttpStatusCode.NotFound
            ? null
            : await ReadAsync(response, CoordinatorJson.Default.IReadOnlyListStoredFile, ct);
    }

    /// <summary>Opens one file of a stage's adapter.</summary>
    public Task<HttpResponseMessage> OpenAdapterAsync(string roundId, Stage stage, string name, CancellationToken ct) =>
        OpenAsync($"{CheckpointPath(roundId, stage)}/files/{Uri.EscapeDataString(name)}", ct);

    /// <summary>Opens one of a round's exports.</summary>
    public Task<HttpResponseMessage> OpenExportAsync(string roundId, string name, CancellationToken ct) =>
        OpenAsync($"rounds/{Uri.EscapeDataString(roundId)}/exports/{Uri.EscapeDataString(name)}", ct);

    /// <summary>Opens the stream of a round's progress.</summary>
    public Task<HttpResponseMessage> OpenEventsAsync(string roundId, CancellationToken ct) =>
        OpenAsync($"rounds/{Uri.EscapeDataString(roundId)}/events", ct);

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static string Release(string version) => string.Join('.', version.Split('.').Take(2));

    private static string CheckpointPath(string roundId, Stage stage) =>
        $"rounds/{Uri.EscapeDataString(roundId)}/checkpoints/{stage.ToString().ToLowerInvariant()}";

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var response = await OpenAsync(path, ct);
        return await ReadAsync(response, type, ct);
    }

    private async Task<T> SendAsync<T>(
        HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await SendPatientlyAsync(request, ct);
        return await ReadAsync(response, type, ct);
    }

    // The patience is for the answer's beginning: how long the rest takes is the reader's to say.
    private async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken ct, HttpStatusCode? also = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendPatientlyAsync(request, ct, also);
    }

    private async Task<HttpResponseMessage> SendPatientlyAsync(
        HttpRequestMessage request, CancellationToken ct, HttpStatusCode? also = null)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        enough.CancelAfter(Patience);
        try
        {
            return await SendAsync(request, enough.Token, also);
        }
        catch (OperationCanceledException fault) when (!ct.IsCancellationRequested)
        {
            throw new ServerFaultException(
                $"{Server}: no answer in {Patience.TotalSeconds:0} seconds. Check that the server works, and try again.", fault);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken ct, HttpStatusCode? also = null)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (HttpRequestException fault)
        {
            throw ServerFaults.Of(fault, Server);
        }

        // Something else may answer with a 404 of its own: only the API's says that a thing is missing.
        if (response.StatusCode == also && response.Content.Headers.ContentType?.MediaType == "application/problem+json")
            return response;
        try
        {
            await ServerFaults.ThrowIfAnyAsync(response, Server, ct);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        return response;
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken ct)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, ct) ?? throw new System.Text.Json.JsonException("null");
        }
        catch (HttpRequestException fault)
        {
            throw ServerFaults.Of(fault, Server);
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw new ServerFaultException(
                $"{Server}: the answer is not what this tool understands. Check the address, and the server's version.", fault);
        }
    }
}
