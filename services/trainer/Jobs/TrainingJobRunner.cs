using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Hosting.Telemetry;
using Sgasa.Trainer.Specifications;

namespace Sgasa.Trainer.Jobs;

/// <summary>Leases one job after another and trains it.</summary>
public sealed class TrainingJobRunner(
    ITrainingJobStore jobs,
    JobAdmission admission,
    TrainingJobExecution execution,
    TrainingBoard board,
    IOptions<TrainerOptions> options,
    TimeProvider time,
    ILogger<TrainingJobRunner> logger) : BackgroundService
{
    /// <inheritdoc />
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types",
        Justification = "The store or the bus may be away for a while.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = board.Changed; // taken before the look, so that no submission is missed
            try
            {
                if (await jobs.LeaseNextAsync(options.Value.Owner, options.Value.Lease, stoppingToken) is { } job)
                {
                    if (!await admission.AdmitAsync(job, stoppingToken)) continue;

                    using var span = StartSpan(job);
                    await execution.RunAsync(job, stoppingToken);
                    continue;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.RunnerFaulted(fault, options.Value.PollInterval);
            }
            await WaitAsync(changed, stoppingToken);
        }
    }

    /// <summary>The time that this trainer spends on a round's job; a job that another one continues has several.</summary>
    private static Activity? StartSpan(TrainingJobRecord job)
    {
        var specification = TrainingSpecification.Of(job);
        return RoundTrace.Start($"train {specification.Stage.ToString().ToLowerInvariant()}", specification.RoundId)?
            .SetTag("sgasa.training.job.id", job.Id)
            .SetTag("sgasa.training.pairs", specification.PairIds.Count);
    }

    private async Task WaitAsync(Task changed, CancellationToken stoppingToken)
    {
        try
        {
            await changed.WaitAsync(options.Value.PollInterval, time, stoppingToken);
        }
        catch (TimeoutException)
        {
            // Time for another look.
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The loop ends.
        }
    }
}
