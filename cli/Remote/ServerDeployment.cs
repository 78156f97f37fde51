using System.Net.Http.Headers;
using System.Text.Json;
using Sgasa.Api;
using Sgasa.Api.Deployments;
using Sgasa.Api.Files;
using Sgasa.Api.Rounds;
using Sgasa.AttackLogs;
using Sgasa.AttackLogs.Formats;
using Sgasa.Cli.Deployments;
using Sgasa.Cli.Models;
using Sgasa.Cli.Output;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Cli.Remote;

/// <summary>The rounds of a running deployment, over its API.</summary>
internal sealed class ServerDeployment : IDeployment
{
    private const int PageSize = 1_000;

    private readonly ServerAddress _server;
    private readonly Action<string> _tell;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly CoordinatorClient _api;

    /// <summary>A deployment; it is connected to when it is first asked.</summary>
    /// <param name="server">Where it is.</param>
    /// <param name="key">Its key; null for none.</param>
    /// <param name="tell">Says to the user what is going on.</param>
    /// <param name="time">The clock.</param>
    public ServerDeployment(ServerAddress server, string? key, Action<string> tell, TimeProvider time)
    {
        (_server, _tell, _time) = (server, tell, time);
        var handler = new SocketsHttpHandler
        {
            // A key goes to the address that was given, and nowhere else.
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = CoordinatorClient.AddressIn(server.Root),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (key is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _api = new CoordinatorClient(_http);
    }

    /// <inheritdoc />
    public string Name => $"{_server}";

    /// <inheritdoc />
    public IRoundFiles Files => new ServerRoundFiles(this, _tell);

    /// <inheritdoc />
    public async Task<ModelChoice> ModelAsync(CancellationToken cancellationToken)
    {
        var info = await AskAsync(api => api.InfoAsync(cancellationToken));
        if (ToolVersion.FaultOf(info.Version) is { } fault) _tell(fault);
        return ChoiceOf(info.Model ?? throw new ServerFaultException($"{_server}: {info.ModelFault}"));
    }

    /// <inheritdoc />
    public async Task<ModelChoice?> ModelOfAsync(RoundDetails round, CancellationToken cancellationToken) =>
        (await AskAsync(api => api.InfoAsync(cancellationToken))).Model is { } model
            && model.Fingerprint == round.Specification.BaseModel
                ? ChoiceOf(model)
                : null;

    /// <inheritdoc />
    public Task<RoundDetails?> FindCompletedAsync(RoundPlan plan, CancellationToken cancellationToken) =>
        Task.FromResult<RoundDetails?>(null);

    /// <inheritdoc />
    public async Task<string> StartRoundAsync(RoundPlan plan, OutputFolder output, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(plan.LogFile);
        var format = LogFormats.OfFile(plan.LogFile).MediaTypes[0];
        var log = await AskAsync(api => api.TakeLogAsync(content, plan.Source, format, cancellationToken));
        var round = await AskAsync(api => api.StartRoundAsync(Submission(plan, log), cancellationToken));
        return ApiIds.Id(round.Id);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<RoundProgress> WatchRoundAsync(string roundId, CancellationToken cancellationToken) =>
        new RoundWatch(_api, _server, _tell, _time).ShowAsync(roundId, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<RoundSummary>> ListRoundsAsync(CancellationToken cancellationToken)
    {
        var rounds = new List<RoundSummary>();
        IReadOnlyList<RoundSummary> page;
        do
        {
            var last = rounds.Count == 0 ? null : rounds[^1].Id;
            page = await AskAsync(api => api.ListRoundsAsync(PageSize, last, cancellationToken));
            rounds.AddRange(page);
        }
        while (page.Count == PageSize);

        return rounds;
    }

    /// <inheritdoc />
    public async Task<RoundDetails> GetRoundAsync(string roundId, CancellationToken cancellationToken) =>
        await AskAsync(api => api.FindRoundAsync(roundId, cancellationToken)) ?? throw new UserErrorException(
            $"There is no round '{roundId}' at {_server}. See 'sgasa --server {_server} rounds'.");

    /// <inheritdoc />
    public async Task<RoundStatus> CancelRoundAsync(string roundId, CancellationToken cancellationToken) =>
        (await AskAsync(api => api.CancelRoundAsync(roundId, cancellationToken))).Status;

    /// <inheritdoc />
    public async Task<T> AskAsync<T>(Func<CoordinatorClient, Task<T>> ask)
    {
        try
        {
            return await ask(_api);
        }
        catch (Exception fault) when (ServerFaults.Of(fault, _server) is not null)
        {
            throw ServerFaults.Of(fault, _server)!;
        }
    }

    /// <inheritdoc />
    public string Leave(string? roundId) => roundId is null
        ? "Stopped before the round was started."
        : $"Detached: round {roundId} goes on at {_server}. The same command follows it again; " +
            $"'sgasa --server {_server} cancel {roundId}' stops it.";

    /// <inheritdoc />
    public string? Keep(Exception fault) => null;

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ModelChoice ChoiceOf(BaseModelInfo model) => ModelChoice.OfServer(model.Name, model.Fingerprint);

    private static RoundSubmission Submission(RoundPlan plan, AttackLog log) => new()
    {
        Logs = [log.Id],
        Source = plan.Source,
        Recipe = JsonElement.Parse(RecipeFile.ToJson(plan.Recipe)),
        Seed = plan.Seed,
        Evaluation = [.. plan.TestPrompts.Select(Submitted)],
        Judge = plan.Judge,
        BaseModel = plan.BaseModel,
    };

    private static SubmittedPrompt Submitted(LoggedPrompt prompt) => new()
    {
        Prompt = prompt.Text,
        Label = LabelWord.Of(prompt.Label),
        Family = prompt.Family,
        Source = prompt.Source,
        Id = prompt.LogId,
    };
}
