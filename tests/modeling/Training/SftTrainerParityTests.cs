using System.Text.Json;
using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests.Training;

/// <summary>Supervised fine-tuning against the golden values of the reference implementation.</summary>
public sealed class SftTrainerParityTests
{
    public static TheoryData<string> EachModel => Parity.EachModel;

    [Theory, MemberData(nameof(EachModel))]
    public void Step_AllExamplesAsOneBatch_LossAndGradientsMatchReference(string name)
    {
        using var golden = new GoldenModel(name);
        foreach (var (section, folder) in new[] { ("sft", "adapter"), ("sft_fresh", "adapter_fresh") })
        {
            using var adapter = golden.Adapter(folder);
            var run = golden.Expected.GetProperty(section).GetProperty("run");
            // Nothing is clipped, so that the gradients can be read after the step; its learning rate is 0.
            using var trainer = new SftTrainer(golden.Model, adapter, Examples(golden), Config with
            {
                PerDeviceTrainBatchSize = 6,
                WarmupRatio = 1,
                MaxGradNorm = 1e9,
            });

            var metrics = trainer.Step(TestContext.Current.CancellationToken);

            metrics.Loss.ShouldBe(run.GetProperty("loss_all6_step0").GetDouble(), 2e-5);
            var norm = run.GetProperty("grad_norm_all6_step0").GetDouble();
            metrics.GradNorm.ShouldBe(norm, 2e-5 * norm);
            Gradients.ShouldMatch(golden, adapter, section + ".grad_all", 5e-5);
            Gradients.ShouldHaveNorms(adapter, run.GetProperty("grad_norms_all6_step0"), 2e-5);
        }
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Step_WholeRun_FollowsReferenceTrajectory(string name)
    {
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter();

        var run = golden.Expected.GetProperty("sft").GetProperty("run");
        Follow(golden, adapter, run, epochs: 4, "sft.final", 2e-6);
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Step_WholeRunFromFreshAdapter_FollowsReferenceTrajectory(string name)
    {
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter("adapter_fresh");

        var run = golden.Expected.GetProperty("sft_fresh").GetProperty("run");
        Follow(golden, adapter, run, epochs: 2, "sft_fresh.final", 5e-5);
    }

    private static SftConfig Config { get; } = new() { PerDeviceTrainBatchSize = 2, ShuffleSeed = null };

    private static void Follow(GoldenModel golden, LoraAdapter adapter, JsonElement run, int epochs, string final, double tolerance)
    {
        using var trainer = new SftTrainer(golden.Model, adapter, Examples(golden), Config with { NumTrainEpochs = epochs });
        trainer.Steps.ShouldBe(run.GetProperty("steps").GetInt32());

        foreach (var expected in run.GetProperty("trajectory").EnumerateArray())
        {
            var metrics = trainer.Step(TestContext.Current.CancellationToken);

            var norm = expected.GetProperty("grad_norm").GetDouble();
            metrics.LearningRate.ShouldBe(expected.GetProperty("lr").GetDouble(), 1e-12);
            metrics.Loss.ShouldBe(expected.GetProperty("loss").GetDouble(), 3e-5, $"loss of step {metrics.Step}");
            metrics.GradNorm.ShouldBe(norm, 2e-5 * norm, $"gradient norm of step {metrics.Step}");
        }

        Gradients.WeightsShouldMatch(golden, adapter, final, tolerance);
        trainer.Evaluate(Examples(golden)).ShouldBe(run.GetProperty("loss_all6_after").GetDouble(), 3e-5);
    }

    private static SftExample[] Examples(GoldenModel golden) =>
    [
        .. golden.Expected.GetProperty("sft").GetProperty("examples").EnumerateArray().Select(example => new SftExample(
            GoldenModel.Ints(example.GetProperty("prompt_ids")), GoldenModel.Ints(example.GetProperty("completion_ids")))),
    ];
}
