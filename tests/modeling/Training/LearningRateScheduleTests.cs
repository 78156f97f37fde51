using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void LearningRate_CosineTenStepsTwoWarmup_RisesThenFalls()
    {
        var schedule = new LearningRateSchedule(LrSchedulerType.Cosine, peak: 1, steps: 10, warmupSteps: 2);

        double[] rates = [.. Enumerable.Range(0, 10).Select(schedule.LearningRate)];

        rates[0].ShouldBe(0);
        rates[1].ShouldBe(0.5);
        rates[2].ShouldBe(1);
        rates[6].ShouldBe(0.5, 1e-12); // half-way: 0.5 (1 + cos(π/2))
        rates.Skip(2).ShouldBe(rates.Skip(2).OrderDescending());
    }

    [Theory]
    [InlineData(LrSchedulerType.Linear, new[] { 0, 0.5, 1, 0.75, 0.5, 0.25 })] // falls by 1 / (6 - 2)
    [InlineData(LrSchedulerType.Constant, new[] { 1.0, 1, 1, 1, 1, 1 })]
    [InlineData(LrSchedulerType.ConstantWithWarmup, new[] { 0, 0.5, 1, 1, 1, 1 })]
    public void LearningRate_SixStepsTwoWarmup_FollowsTheType(LrSchedulerType type, double[] expected)
    {
        var schedule = new LearningRateSchedule(type, peak: 1, steps: 6, warmupSteps: 2);

        Enumerable.Range(0, 6).Select(schedule.LearningRate).ShouldBe(expected);
    }

    [Theory, InlineData(60, 6), InlineData(61, 7), InlineData(1, 1)]
    public void Of_TenthOfTheStepsAsWarmup_RoundsUp(int steps, int warmup)
    {
        var schedule = LearningRateSchedule.Of(new SftConfig { LearningRate = 1, WarmupRatio = 0.1 }, steps);

        schedule.LearningRate(warmup - 1).ShouldBeLessThan(1);
        schedule.LearningRate(warmup).ShouldBe(1);
    }

    [Fact]
    public void Of_WarmupSteps_GoBeforeTheRatio()
    {
        var config = new SftConfig { LearningRate = 1, WarmupRatio = 0.5, WarmupSteps = 4 };

        var schedule = LearningRateSchedule.Of(config, steps: 100);

        schedule.LearningRate(2).ShouldBe(0.5);
        schedule.LearningRate(4).ShouldBe(1);
    }
}
