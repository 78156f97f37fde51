namespace Sgasa.Modeling.Training;

/// <summary>Linear warm-up, then half a cosine down to zero, as transformers' <c>get_cosine_schedule_with_warmup</c>.</summary>
/// <param name="peak">Learning rate at the end of the warm-up.</param>
/// <param name="steps">Steps of the whole run.</param>
/// <param name="warmupSteps">Steps of the warm-up.</param>
public sealed class CosineSchedule(double peak, int steps, int warmupSteps)
{
    /// <summary>The schedule with a share of its steps, rounded up, as warm-up.</summary>
    public static CosineSchedule WithWarmupRatio(double peak, int steps, double warmupRatio) =>
        new(peak, steps, (int)Math.Ceiling(warmupRatio * steps));

    /// <summary>Learning rate of a step, counted from 0; with a warm-up the first one is 0.</summary>
    public double LearningRate(int step) => step < warmupSteps
        ? peak * step / warmupSteps
        : peak * 0.5 * (1 + Math.Cos(Math.PI * (step - warmupSteps) / Math.Max(1, steps - warmupSteps)));
}
