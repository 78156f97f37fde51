namespace Sgasa.Modeling.Training;

/// <summary>Linear warm-up, then what the scheduler's type says; step for step transformers' schedules of those names.</summary>
/// <param name="type">How it goes on after the warm-up.</param>
/// <param name="peak">Learning rate at the end of the warm-up.</param>
/// <param name="steps">Steps of the whole run.</param>
/// <param name="warmupSteps">Steps of the warm-up.</param>
public sealed class LearningRateSchedule(LrSchedulerType type, double peak, int steps, int warmupSteps)
{
    /// <summary>The schedule of a run.</summary>
    /// <param name="arguments">Type, peak and warm-up.</param>
    /// <param name="steps">Steps of the whole run.</param>
    public static LearningRateSchedule Of(TrainingArguments arguments, int steps)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var warmup = arguments.WarmupSteps ?? (int)Math.Ceiling(arguments.WarmupRatio * steps);
        return new LearningRateSchedule(arguments.LrSchedulerType, arguments.LearningRate, steps, warmup);
    }

    /// <summary>Learning rate of a step, counted from 0; with a warm-up the first one is 0.</summary>
    public double LearningRate(int step)
    {
        if (type == LrSchedulerType.Constant) return peak;
        if (step < warmupSteps) return peak * step / warmupSteps;
        var (done, all) = (step - warmupSteps, Math.Max(1, steps - warmupSteps));
        return type switch
        {
            LrSchedulerType.Cosine => peak * 0.5 * (1 + Math.Cos(Math.PI * done / all)),
            LrSchedulerType.Linear => peak * Math.Max(0, 1 - (double)done / all),
            _ => peak,
        };
    }
}
