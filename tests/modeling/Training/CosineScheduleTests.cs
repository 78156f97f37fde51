using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests.Training;

public sealed class CosineScheduleTests
{
    [Fact]
    public void LearningRate_TenStepsTwoWarmup_RisesThenFalls()
    {
        var schedule = new CosineSchedule(peak: 1, steps: 10, warmupSteps: 2);

        double[] rates = [.. Enumerable.Range(0, 10).Select(schedule.LearningRate)];

        rates[0].ShouldBe(0);
        rates[1].ShouldBe(0.5);
        rates[2].ShouldBe(1);
        rates[6].ShouldBe(0.5, 1e-12); // half-way: 0.5 (1 + cos(π/2))
        rates.Skip(2).ShouldBe(rates.Skip(2).OrderDescending());
    }

    [Theory, InlineData(60, 6), InlineData(61, 7), InlineData(1, 1)]
    public void WithWarmupRatio_TenthOfTheSteps_RoundsUp(int steps, int warmup)
    {
        var schedule = CosineSchedule.WithWarmupRatio(1, steps, 0.1);

        schedule.LearningRate(warmup - 1).ShouldBeLessThan(1);
        schedule.LearningRate(warmup).ShouldBe(1);
    }
}
