using Microsoft.Extensions.DependencyInjection;
using Sgasa.Api;
using Sgasa.Api.Rounds;
using Sgasa.Artifacts;
using Sgasa.Cli.Deployments;
using Sgasa.Cli.Models;
using Sgasa.Cli.Output;
using Sgasa.Contracts;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Cli.Embedding;

/// <summary>The rounds of an output folder: looked at in its database, and run by all services in this process.</summary>
/// <param name="options">The folder, and what runs there.</param>
/// <param name="tell">Says to the user what is going on.</param>
/// <param name="time">The clock.</param>
internal sealed class EmbeddedDeployment(EmbeddedOptions options, Action<string> tell, TimeProvider time) : IDeployment
{
    private StoredRounds? _stored;
    private EmbeddedHost? _host;

    /// <inheritdoc />
    public string Name => options.Output;

    /// <inheritdoc />
    public IRoundFiles Files => new StoredRoundFiles(
        Services.GetRequiredService<IArtifactStore>(), Path.Combine(OutputFolder.TrainerDataIn(Root), "checkpoints"));

    private string Root => Path.GetFullPath(options.Output);

    private string Database => OutputFolder.DatabaseIn(Root);

    private IServiceProvider Services => _host?.Services ?? Stored.Services;

    private IRoundService Rounds => Services.GetRequiredService<IRoundService>();

    private StoredRounds Stored => _stored ??= File.Exists(Database)
        ? StoredRounds.Open(Database)
        : throw new UserErrorException(
            $"{Name}: there are no rounds here. Run 'sgasa adapt LOG' first, or give --output FOLDER.");

    /// <inheritdoc />
    public Task<ModelChoice> ModelAsync(CancellationToken cancellationToken) => Task.FromResult(ModelChoice.Of(options.Model));

    /// <inheritdoc />
    public Task<ModelChoice?> ModelOfAsync(RoundDetails round, CancellationToken cancellationToken) =>
        Task.FromResult<ModelChoice?>(null);

    /// <inheritdoc />
    public async Task<RoundDetails?> FindCompletedAsync(RoundPlan plan, CancellationToken cancellationToken)
    {
        if (!File.Exists(Database)) return null;
        var round = await Rounds.FindAsync(Rounds.IdOf(RequestOf(plan)), cancellationToken);
        return round?.Progress.Status == RoundStatus.Completed ? round : null;
    }

    /// <inheritdoc />
    public async Task<string> StartRoundAsync(RoundPlan plan, OutputFolder output, CancellationToken cancellationToken)
    {
        await CloseStoredAsync();
        _host = EmbeddedHost.ForRounds(output, plan.Model, options.Device, time);
        await _host.StartAsync(cancellationToken);
        return await Rounds.StartAsync(RequestOf(plan), cancellationToken);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<RoundProgress> WatchRoundAsync(string roundId, CancellationToken cancellationToken) =>
        Services.GetRequiredService<IRoundFeed>().WatchAsync(roundId, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RoundSummary>> ListRoundsAsync(CancellationToken cancellationToken) =>
        Rounds.ListAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<RoundDetails> GetRoundAsync(string roundId, CancellationToken cancellationToken) =>
        await Rounds.FindAsync(roundId, cancellationToken) ?? throw new UserErrorException(
            $"There is no round '{roundId}' in {Name}. See 'sgasa rounds list --output {Name}'.");

    /// <inheritdoc />
    public async Task<RoundStatus> CancelRoundAsync(string roundId, CancellationToken cancellationToken)
    {
        if (!File.Exists(Database))
            throw new UserErrorException($"{Name}: there are no rounds here. Give --output FOLDER, or --server URL.");

        // Held, so that no process works on the round meanwhile.
        using var folder = OutputFolder.Open(options.Output);
        await using var stored = StoredRounds.OpenToCancel(folder.Database);
        return await stored.Services.GetRequiredService<IRoundService>().CancelAsync(roundId, cancellationToken);
    }

    /// <inheritdoc />
    public Task<T> AskAsync<T>(Func<CoordinatorClient, Task<T>> ask) => throw new UserErrorException(
        $"'sgasa {options.Command}' is about a running deployment. Give --server URL, or set SGASA_SERVER.");

    /// <inheritdoc />
    public string Leave(string? roundId)
    {
        tell("Stopping …");
        return "Stopped. The same command continues the round where it was.";
    }

    /// <inheritdoc />
    public string? Keep(Exception fault)
    {
        _host?.Logger.CommandFailed(fault);
        return _host?.LogFile;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CloseStoredAsync();
        if (_host is null) return;
        await _host.DisposeAsync();
        _host = null;
    }

    private async Task CloseStoredAsync()
    {
        if (_stored is null) return;
        await _stored.DisposeAsync();
        _stored = null;
    }

    private static RoundRequest RequestOf(RoundPlan plan) => new()
    {
        Recipe = plan.Recipe,
        Seed = plan.Seed,
        BaseModel = plan.BaseModel,
        Judge = plan.Judge,
        Source = plan.Source,
        AttackPrompts = plan.AttackPrompts,
        EvaluationPrompts = plan.TestPrompts,
    };
}
