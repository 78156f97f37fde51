using Sgasa.Api;
using Sgasa.Api.Rounds;
using Sgasa.Cli.Models;
using Sgasa.Cli.Output;

namespace Sgasa.Cli.Deployments;

/// <summary>Where rounds run: in this process, or on a server. Disposing of it leaves alone what runs on a server.</summary>
internal interface IDeployment : IAsyncDisposable
{
    /// <summary>Where it is: a server's address, or a folder.</summary>
    string Name { get; }

    /// <summary>What its rounds made.</summary>
    IRoundFiles Files { get; }

    /// <summary>The base model that new rounds align.</summary>
    Task<ModelChoice> ModelAsync(CancellationToken cancellationToken);

    /// <summary>The base model of a round; null where only its fingerprint is known.</summary>
    Task<ModelChoice?> ModelOfAsync(RoundDetails round, CancellationToken cancellationToken);

    /// <summary>The round of a plan where it is complete, and nothing has to be started to know so; else null.</summary>
    Task<RoundDetails?> FindCompletedAsync(RoundPlan plan, CancellationToken cancellationToken);

    /// <summary>Starts the round of a plan, or goes on with it.</summary>
    /// <param name="plan">The round.</param>
    /// <param name="output">The folder for its results. What runs in this process keeps everything there.</param>
    /// <param name="cancellationToken">Stops the starting.</param>
    /// <returns>The round's id.</returns>
    Task<string> StartRoundAsync(RoundPlan plan, OutputFolder output, CancellationToken cancellationToken);

    /// <summary>A round's progress now, and whenever it changes, until the round has ended.</summary>
    IAsyncEnumerable<RoundProgress> WatchRoundAsync(string roundId, CancellationToken cancellationToken);

    /// <summary>All rounds, newest first.</summary>
    Task<IReadOnlyList<RoundSummary>> ListRoundsAsync(CancellationToken cancellationToken);

    /// <summary>A round with its progress and results.</summary>
    /// <exception cref="Contracts.UserErrorException">There is none; says where to look.</exception>
    Task<RoundDetails> GetRoundAsync(string roundId, CancellationToken cancellationToken);

    /// <summary>Stops a running round.</summary>
    /// <returns>Where it stands then; a round that had ended stays as it was.</returns>
    Task<RoundStatus> CancelRoundAsync(string roundId, CancellationToken cancellationToken);

    /// <summary>Asks the API of a running deployment for what only such a one can tell.</summary>
    /// <exception cref="Contracts.UserErrorException">This is none: everything runs in this process.</exception>
    Task<T> AskAsync<T>(Func<CoordinatorClient, Task<T>> ask);

    /// <summary>What becomes of a round whose user has stopped following it, in a sentence for the user.</summary>
    /// <param name="roundId">The round; null where it was not yet started.</param>
    string Leave(string? roundId);

    /// <summary>Writes down the details of a fault that nobody foresaw.</summary>
    /// <returns>The file they are in; null where they are kept elsewhere.</returns>
    string? Keep(Exception fault);
}
