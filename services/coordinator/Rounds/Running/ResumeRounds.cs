using System.Text.Json;
using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;

namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// When the host has started, and the bus with it: sends what earlier rounds still have to send, and asks again for the
/// outstanding work of those that run. Over a broker it goes on looking: an answer that was given up, while the database
/// was away for longer than its retries, is asked for again and then repeated by the worker, which kept it.
/// </summary>
internal sealed class ResumeRounds(
    IRoundStore rounds,
    RoundRunner runner,
    IBrokerQueues queues,
    IHostApplicationLifetime lifetime,
    IOptions<CoordinatorOptions> options,
    IOptions<BusOptions> bus,
    TimeProvider time,
    ILogger<ResumeRounds> logger) : BackgroundService
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(15);

    private readonly QuietRounds _quiet = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.ResumeOnStart) return;

        await StartedAsync(stoppingToken);
        var goesOn = bus.Value.Transport != BusTransport.InMemory;
        for (var done = false; !done || goesOn;)
        {
            try
            {
                await LookAsync(resumes: !done, stoppingToken);
                done = true;
                if (goesOn) await Task.Delay(options.Value.LookInterval, time, stoppingToken);
            }
            catch (Exception fault) when (TransientFaults.IsTransient(fault))
            {
                logger.RoundsOutOfReach(fault.GetType().Name);
                await Task.Delay(AfterFault, time, stoppingToken);
            }
        }
    }

    private async Task LookAsync(bool resumes, CancellationToken cancellationToken)
    {
        // What waits in a queue is not lost, only not begun.
        if (!resumes && await IsWorkWaitingAsync(cancellationToken)) return;

        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var document in await rounds.ListAsync(cancellationToken))
        {
            var stored = StoredRound.Read(document);
            if (stored.State.Status != RoundStatus.Running && stored.Outbox.Count == 0) continue;

            open.Add(document.Id);
            if (_quiet.Look(document.Id, JsonSerializer.Serialize(stored.State, RoundJson.Default.RoundState)))
                await ResendAsync(document.Id, cancellationToken);
        }

        _quiet.KeepOnly(open);
    }

    private async Task ResendAsync(string roundId, CancellationToken cancellationToken)
    {
        try
        {
            await runner.ResendAsync(roundId, cancellationToken);
        }
        // A message over the limit, say: it is no reason to leave the other rounds.
        catch (Exception fault) when (!TransientFaults.IsTransient(fault) && fault is not OperationCanceledException)
        {
            logger.RoundNotResumed(roundId, fault.GetType().Name);
        }
    }

    private async Task<bool> IsWorkWaitingAsync(CancellationToken cancellationToken)
    {
        return (await queues.ListAsync(cancellationToken)).Any(q => q.Waiting > 0 && WorkQueues.All.Contains(q.Name));
    }

    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellationToken);
    }
}
