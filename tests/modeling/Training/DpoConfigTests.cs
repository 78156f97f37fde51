using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests.Training;

/// <summary>What each of DPO's settings does to a step; expected values come from the policy's own log-probabilities.</summary>
public sealed class DpoConfigTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Step_ReferenceFree_LossIsThatOfTheBarePolicy()
    {
        using var model = Some.Model();

        var metrics = Step(model, Some.Pairs(1), new DpoConfig { ReferenceFree = true, Beta = 0.5 });

        // Without a reference h is the policy's own margin: -log σ(β (chosen - rejected)), and rewards are β times the policy's.
        var margin = 0.5 * (metrics.Means["logps/chosen"] - metrics.Means["logps/rejected"]);
        metrics.Loss.ShouldBe(Math.Log(1 + Math.Exp(-margin)), 1e-5);
        metrics.Means["rewards/chosen"].ShouldBe(0.5 * metrics.Means["logps/chosen"], 1e-5);
    }

    [Theory, InlineData(DpoLossType.Sigmoid, 4), InlineData(DpoLossType.Sigmoid, 1), InlineData(DpoLossType.Ipo, 2)]
    public void Step_RpoAlpha_AddsTheMeanNegativeLogLikelihoodOfTheWholeStep(DpoLossType type, int microBatch)
    {
        using var model = Some.Model();
        var pairs = Some.Pairs(4);
        var config = new DpoConfig
        {
            LossType = type,
            PerDeviceTrainBatchSize = microBatch,
            GradientAccumulationSteps = 4 / microBatch,
        };

        var plain = Step(model, pairs, config);
        var rpo = Step(model, pairs, config with { RpoAlpha = 2 });

        // The chosen completions as an SFT batch have the same mean: all their tokens, whatever the micro-batches.
        using var adapter = Some.Adapter();
        SftExample[] chosen = [.. pairs.Select(p => new SftExample(p.PromptIds, p.ChosenIds))];
        using var sft = new SftTrainer(model, adapter, chosen, new SftConfig(), chosen);
        var nll = sft.Evaluate(Token)["loss"];
        rpo.Means["nll_loss"].ShouldBe(nll, 1e-5);
        rpo.Loss.ShouldBe(plain.Loss + 2 * nll, 1e-5 * rpo.Loss);
        Math.Abs(rpo.GradNorm - plain.GradNorm).ShouldBeGreaterThan(1e-3);
    }

    [Fact]
    public void Step_ReferenceFromOutside_IsUsedInsteadOfTheModels()
    {
        using var model = Some.Model();
        PreferenceExample[] pairs = [Some.Pairs(1)[0] with { RefChosenLogp = -30, RefRejectedLogp = -20 }];

        var metrics = Step(model, pairs, new DpoConfig { Beta = 0.1 });

        metrics.Means["rewards/chosen"].ShouldBe(0.1 * (metrics.Means["logps/chosen"] + 30), 1e-4);
        metrics.Means["rewards/rejected"].ShouldBe(0.1 * (metrics.Means["logps/rejected"] + 20), 1e-4);
    }

    [Theory, InlineData(DpoLossType.Sigmoid), InlineData(DpoLossType.Ipo)]
    public void Step_ReferenceFedBack_GivesTheSameStep(DpoLossType type)
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        var config = new DpoConfig { LossType = type };
        using var first = new DpoTrainer(model, adapter, null, Some.Pairs(3), config);
        var (chosen, rejected) = first.PrecomputeReference(Token);
        PreferenceExample[] fed =
        [
            .. Some.Pairs(3).Select((pair, i) => pair with { RefChosenLogp = chosen[i], RefRejectedLogp = rejected[i] }),
        ];

        Step(model, fed, config).Loss.ShouldBe(Step(model, Some.Pairs(3), config).Loss);
    }

    [Fact]
    public void Constructor_ReferenceOfSomePairsOnly_NamesTheFirstWithout()
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        var pairs = Some.Pairs(3);
        pairs[0] = pairs[0] with { RefChosenLogp = -1, RefRejectedLogp = -1 };

        var error = Should.Throw<ArgumentException>(() => new DpoTrainer(model, adapter, null, pairs, new DpoConfig()));

        error.Message.ShouldContain("Example 1");
    }

    [Fact]
    public void Step_ReferenceComputedInEachStep_GivesTheSameTrajectory()
    {
        using var model = Some.Model();
        using var reference = Some.Adapter(seed: 8);
        var config = new DpoConfig { PerDeviceTrainBatchSize = 5, MaxSteps = 3 };

        // One batch of all pairs, so that the same shapes are computed either way.
        double[] before = [.. Losses(config)];
        double[] each = [.. Losses(config with { PrecomputeRefLogProbs = false })];

        for (var i = 0; i < 3; i++) each[i].ShouldBe(before[i], 1e-6);

        IEnumerable<double> Losses(DpoConfig c)
        {
            using var policy = Some.Adapter();
            using var trainer = new DpoTrainer(model, policy, reference, Some.Pairs(5), c);
            while (trainer.CurrentStep < trainer.Steps) yield return trainer.Step(Token).Loss;
        }
    }

    [Theory, InlineData(null), InlineData(0.5)]
    public void Evaluate_PairsItTrainsOn_GivesTheLossOfTheNextStep(double? rpoAlpha)
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        var config = new DpoConfig { RpoAlpha = rpoAlpha, PerDeviceEvalBatchSize = 3 };
        using var trainer = new DpoTrainer(model, adapter, null, Some.Pairs(4), config, Some.Pairs(4));

        var evaluated = trainer.Evaluate(Token);
        var step = trainer.Step(Token);

        evaluated["loss"].ShouldBe(step.Loss, 1e-5);
        evaluated["rewards/margins"].ShouldBe(step.Means["rewards/margins"], 1e-4);
    }

    [Theory, InlineData(3), InlineData(7)]
    public void Steps_MaxSteps_GoesBeforeTheEpochs(int steps)
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        var config = new SftConfig { PerDeviceTrainBatchSize = 2, MaxSteps = steps, NumTrainEpochs = 2 };
        using var trainer = new SftTrainer(model, adapter, Some.SftExamples(4), config);

        StepMetrics? last = null;
        while (trainer.CurrentStep < trainer.Steps) last = trainer.Step(Token);

        trainer.Steps.ShouldBe(steps);
        last!.Epoch.ShouldBe(steps / 2.0);
    }

    private static StepMetrics Step(CausalLM model, PreferenceExample[] pairs, DpoConfig config)
    {
        using var adapter = Some.Adapter();
        using var trainer = new DpoTrainer(model, adapter, null, pairs, config);
        return trainer.Step(Token);
    }
}
