using Sgasa.Contracts;
using Sgasa.Trainer.Sessions;

namespace Sgasa.Trainer.Tests.Sessions;

public class TrainingSettingsTests
{
    [Theory]
    [InlineData(8, 2, 2)]
    [InlineData(8, 3, 2)]
    [InlineData(8, 64, 8)]
    [InlineData(7, 4, 1)]
    [InlineData(12, 5, 4)]
    public void MicroBatch_AnySize_CutsTheBatchEvenly(int batch, int micro, int expected) =>
        TrainingSettings.MicroBatch(new TrainingRecipe { BatchSize = batch, MicroBatchSize = micro }).ShouldBe(expected);

    [Fact]
    public void Sft_Recipe_KeepsTheEffectiveBatchAndTheSeeds()
    {
        var specification = Some.Specification() with
        {
            Recipe = new Recipe { Sft = new TrainingRecipe { BatchSize = 12, MicroBatchSize = 5, LearningRate = 0.002 } },
        };

        var settings = TrainingSettings.Sft("job", specification, maxLength: 100);

        (settings.EffectiveBatchSize, settings.LearningRate, settings.MaxLength).ShouldBe((12, 0.002, 100));
        settings.ShuffleSeed.ShouldBe((ulong)Seeds.Derive(specification.Seed, "job/order"));
        settings.ShuffleSeed.ShouldNotBe(TrainingSettings.AdapterSeed("job", specification.Seed));
    }
}
