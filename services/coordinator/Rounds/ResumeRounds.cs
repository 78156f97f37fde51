using Microsoft.Extensions.Options;
using Sgasa.Artifacts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// When the host has started, and the bus with it: sends what earlier rounds still have to send, and asks again for the
/// outstanding work of those that run.
/// </summary>
internal sealed class ResumeRounds(IRoundStore rounds, RoundRunner runner, IOptions<CoordinatorOptions> options)
    : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.ResumeOnStart) return;

        foreach (var document in await rounds.ListAsync(cancellationToken))
        {
            var stored = StoredRound.Read(document);
            if (stored.State.Status == RoundStatus.Running || stored.Outbox.Count > 0)
                await runner.ResendAsync(document.Id, cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
