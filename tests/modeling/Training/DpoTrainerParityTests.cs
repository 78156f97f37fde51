using System.Text.Json;
using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests.Training;

/// <summary>Preference optimisation against the golden values of the reference implementation.</summary>
public sealed class DpoTrainerParityTests
{
    public static TheoryData<string> EachModel => Parity.EachModel;

    [Theory, MemberData(nameof(EachModel))]
    public void Step_AllPairsAsOneBatch_LossRewardsAndGradientsMatchReference(string name)
    {
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter();
        var dpo = golden.Expected.GetProperty("dpo");
        using var trainer = new DpoTrainer(golden.Model, adapter, null, Pairs(golden), Config with
        {
            PerDeviceTrainBatchSize = 4,
            WarmupRatio = 1,
            MaxGradNorm = 1e9,
        });

        var (chosen, rejected) = trainer.PrecomputeReference(TestContext.Current.CancellationToken);
        var metrics = trainer.Step(TestContext.Current.CancellationToken);

        chosen.ShouldBeWithin(1e-3, Floats(dpo.GetProperty("reference_logps_chosen")));
        rejected.ShouldBeWithin(1e-3, Floats(dpo.GetProperty("reference_logps_rejected")));
        metrics.Loss.ShouldBe(dpo.GetProperty("loss_all4_step0").GetDouble(), 5e-5);
        metrics.Means["rewards/chosen"].ShouldBe(Floats(dpo.GetProperty("rewards_chosen_step0")).Average(), 1e-4);
        metrics.Means["rewards/rejected"].ShouldBe(Floats(dpo.GetProperty("rewards_rejected_step0")).Average(), 1e-4);
        metrics.Means["rewards/margins"].ShouldBe(Floats(dpo.GetProperty("margins_step0")).Average(), 1e-4);
        metrics.Means["rewards/accuracies"].ShouldBe(Floats(dpo.GetProperty("accuracies_step0")).Average());
        metrics.Means["logps/chosen"].ShouldBe(Floats(dpo.GetProperty("policy_logps_chosen_step0")).Average(), 1e-3);
        metrics.Means["logps/rejected"].ShouldBe(Floats(dpo.GetProperty("policy_logps_rejected_step0")).Average(), 1e-3);
        Gradients.ShouldMatch(golden, adapter, "dpo.grad_all", 1e-4);
        Gradients.ShouldHaveNorms(adapter, dpo.GetProperty("grad_norms_all4_step0"), 1e-4);
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Step_WholeRun_FollowsReferenceTrajectory(string name)
    {
        using var golden = new GoldenModel(name);
        using var adapter = golden.Adapter();
        var dpo = golden.Expected.GetProperty("dpo");
        using var trainer = new DpoTrainer(golden.Model, adapter, null, Pairs(golden), Config with { NumTrainEpochs = 4 });
        trainer.Steps.ShouldBe(dpo.GetProperty("steps").GetInt32());

        foreach (var expected in dpo.GetProperty("trajectory").EnumerateArray())
        {
            var metrics = trainer.Step(TestContext.Current.CancellationToken);

            var norm = expected.GetProperty("grad_norm").GetDouble();
            metrics.LearningRate.ShouldBe(expected.GetProperty("lr").GetDouble(), 1e-12);
            metrics.Loss.ShouldBe(expected.GetProperty("loss").GetDouble(), 5e-5, $"loss of step {metrics.Step}");
            metrics.GradNorm.ShouldBe(norm, 1e-4 * norm, $"gradient norm of step {metrics.Step}");
            metrics.Means["rewards/chosen"].ShouldBe(expected.GetProperty("rewards_chosen_mean").GetDouble(), 1e-4);
            metrics.Means["rewards/rejected"].ShouldBe(expected.GetProperty("rewards_rejected_mean").GetDouble(), 1e-4);
            metrics.Means["rewards/accuracies"].ShouldBe(expected.GetProperty("accuracy").GetDouble());
        }

        Gradients.WeightsShouldMatch(golden, adapter, "dpo.final", 5e-6);
    }

    private static DpoConfig Config { get; } = new() { PerDeviceTrainBatchSize = 2, ShuffleSeed = null };

    private static float[] Floats(JsonElement array) => [.. GoldenModel.Doubles(array).Select(x => (float)x)];

    private static PreferenceExample[] Pairs(GoldenModel golden) =>
    [
        .. golden.Expected.GetProperty("dpo").GetProperty("examples").EnumerateArray().Select(example => new PreferenceExample(
            GoldenModel.Ints(example.GetProperty("prompt_ids")),
            GoldenModel.Ints(example.GetProperty("chosen_ids")),
            GoldenModel.Ints(example.GetProperty("rejected_ids")))),
    ];
}
