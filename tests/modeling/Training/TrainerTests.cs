using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Training;

public sealed class TrainerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(12)]
    public void Step_SftExamplesCutIntoOtherMicroBatches_GiveTheSameStep(int microBatchSize)
    {
        using var model = Some.Model();
        using var whole = Some.Adapter();
        using var cut = Some.Adapter();
        var config = new SftConfig { PerDeviceTrainBatchSize = 12, WarmupRatio = 0 };
        using var wholeTrainer = new SftTrainer(model, whole, Some.SftExamples(12), config);
        using var cutTrainer = new SftTrainer(model, cut, Some.SftExamples(12), config with
        {
            PerDeviceTrainBatchSize = microBatchSize,
            GradientAccumulationSteps = 12 / microBatchSize,
        });

        var expected = wholeTrainer.Step(Token);
        var actual = cutTrainer.Step(Token);

        actual.Loss.ShouldBe(expected.Loss, 1e-6);
        actual.GradNorm.ShouldBe(expected.GradNorm, 1e-5 * expected.GradNorm);
        actual.Tokens.ShouldBe(expected.Tokens);
        cut.Parameters.Values.ShouldBeWithin(1e-5, whole.Parameters.Values.ToFloats());
    }

    [Theory, InlineData(1, DpoLossType.Sigmoid), InlineData(2, DpoLossType.Sigmoid), InlineData(2, DpoLossType.Ipo), InlineData(3, DpoLossType.Hinge)]
    public void Step_DpoPairsCutIntoOtherMicroBatches_GiveTheSameStep(int microBatchSize, DpoLossType lossType)
    {
        using var model = Some.Model();
        using var reference = Some.Adapter(seed: 8);
        using var whole = Some.Adapter();
        using var cut = Some.Adapter();
        var config = new DpoConfig { PerDeviceTrainBatchSize = 6, WarmupRatio = 0, LossType = lossType };
        using var wholeTrainer = new DpoTrainer(model, whole, reference, Some.Pairs(6), config);
        using var cutTrainer = new DpoTrainer(model, cut, reference, Some.Pairs(6), config with
        {
            PerDeviceTrainBatchSize = microBatchSize,
            GradientAccumulationSteps = 6 / microBatchSize,
        });

        var expected = wholeTrainer.Step(Token);
        var actual = cutTrainer.Step(Token);

        actual.Loss.ShouldBe(expected.Loss, 1e-5 * Math.Abs(expected.Loss));
        actual.GradNorm.ShouldBe(expected.GradNorm, 1e-5 * expected.GradNorm);
        cut.Parameters.Values.ShouldBeWithin(1e-5, whole.Parameters.Values.ToFloats());
    }

    [Fact]
    public void Step_GradientCheckpointing_SameBits()
    {
        using var model = Some.Model();
        using var kept = Some.Adapter();
        using var again = Some.Adapter();
        var config = new SftConfig { PerDeviceTrainBatchSize = 3, NumTrainEpochs = 2, WarmupRatio = 0 };
        using var keeping = new SftTrainer(model, kept, Some.SftExamples(8), config);
        using var checkpointing = new SftTrainer(model, again, Some.SftExamples(8), config with { GradientCheckpointing = true });

        Finish(keeping);
        Finish(checkpointing);

        again.Parameters.Values.ToFloats().ShouldBe(kept.Parameters.Values.ToFloats());
    }

    [Fact]
    public void Step_DpoGradientCheckpointing_SameBits()
    {
        using var model = Some.Model();
        using var kept = Some.Adapter();
        using var again = Some.Adapter();
        var config = new DpoConfig { PerDeviceTrainBatchSize = 3, NumTrainEpochs = 2, WarmupRatio = 0 };
        using var keeping = new DpoTrainer(model, kept, null, Some.Pairs(8), config);
        using var checkpointing = new DpoTrainer(model, again, null, Some.Pairs(8), config with { GradientCheckpointing = true });

        Finish(keeping);
        Finish(checkpointing);

        again.Parameters.Values.ToFloats().ShouldBe(kept.Parameters.Values.ToFloats());
    }

    [Fact]
    public void Step_PolicyEqualsReference_LossIsLogTwo()
    {
        using var model = Some.Model();
        using var policy = Some.Adapter();
        using var reference = policy.Clone();
        using var trainer = new DpoTrainer(model, policy, reference, Some.Pairs(4), new DpoConfig());

        var metrics = trainer.Step(Token);

        // With no margin, -log σ(0) = log 2.
        metrics.Loss.ShouldBe(Math.Log(2), 1e-5);
        metrics.Means["rewards/margins"].ShouldBe(0, 1e-5);
    }

    [Theory, InlineData(1), InlineData(4)]
    public void LoadState_SftInterrupted_EndsInTheSameBits(int interruptedAfter)
    {
        using var model = Some.Model();
        using var folder = new TemporaryFolder();
        var config = new SftConfig { PerDeviceTrainBatchSize = 3, NumTrainEpochs = 2 };
        using var uninterrupted = Some.Adapter();
        using (var trainer = new SftTrainer(model, uninterrupted, Some.SftExamples(10), config)) Finish(trainer);

        using (var first = Some.Adapter())
        using (var trainer = new SftTrainer(model, first, Some.SftExamples(10), config))
        {
            for (var i = 0; i < interruptedAfter; i++) trainer.Step(Token);
            trainer.SaveState(folder.Path);
            trainer.Step(Token); // lost work
        }
        using var continued = Some.Adapter();
        using (var trainer = new SftTrainer(model, continued, Some.SftExamples(10), config))
        {
            trainer.LoadState(folder.Path);
            trainer.CurrentStep.ShouldBe(interruptedAfter);
            Finish(trainer);
        }

        continued.Parameters.Values.ToFloats().ShouldBe(uninterrupted.Parameters.Values.ToFloats());
    }

    [Fact]
    public void LoadState_DpoInterrupted_EndsInTheSameBits()
    {
        using var model = Some.Model();
        using var folder = new TemporaryFolder();
        var config = new DpoConfig { PerDeviceTrainBatchSize = 2, NumTrainEpochs = 2 };
        using var uninterrupted = Some.Adapter();
        using (var trainer = new DpoTrainer(model, uninterrupted, null, Some.Pairs(5), config)) Finish(trainer);

        using (var first = Some.Adapter())
        using (var trainer = new DpoTrainer(model, first, null, Some.Pairs(5), config))
        {
            trainer.Step(Token);
            trainer.Step(Token);
            trainer.SaveState(folder.Path);
        }
        using var continued = Some.Adapter();
        using (var trainer = new DpoTrainer(model, continued, null, Some.Pairs(5), config))
        {
            trainer.LoadState(folder.Path);
            Finish(trainer);
        }

        continued.Parameters.Values.ToFloats().ShouldBe(uninterrupted.Parameters.Values.ToFloats());
    }

    [Fact]
    public void LoadState_StateOfOtherExamples_SaysSo()
    {
        using var model = Some.Model();
        using var folder = new TemporaryFolder();
        using var adapter = Some.Adapter();
        using var other = Some.Adapter();
        using var trainer = new SftTrainer(model, adapter, Some.SftExamples(4), new SftConfig());
        using var otherTrainer = new SftTrainer(model, other, Some.SftExamples(5), new SftConfig());
        trainer.SaveState(folder.Path);

        var error = Should.Throw<ModelFormatException>(() => otherTrainer.LoadState(folder.Path));

        error.Message.ShouldContain("other examples");
    }

    [Fact]
    public void Step_Training_LossFallsAndBaseStays()
    {
        using var model = Some.Model();
        using var adapter = LoraAdapter.Create(Some.Config, new LoraConfig { R = 8 }, seed: 4);
        var before = model.Parameters.Values.ToFloats();
        using var trainer = new SftTrainer(model, adapter, Some.SftExamples(4), new SftConfig
        {
            PerDeviceTrainBatchSize = 4,
            NumTrainEpochs = 30,
            LearningRate = 1e-2,
        });

        var losses = Enumerable.Range(0, 30).Select(_ => trainer.Step(Token).Loss).ToList();

        losses[^1].ShouldBeLessThan(losses[0] / 2);
        model.Parameters.Values.ToFloats().ShouldBe(before);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Step_BaseInBFloat16_AdapterLearnsInFloat32(bool checkpointing)
    {
        using var model = Some.Model(dtype: torch.ScalarType.BFloat16);
        using var adapter = LoraAdapter.Create(Some.Config, new LoraConfig { R = 8 }, seed: 4);
        var before = adapter.Parameters.Values.ToFloats();
        using var trainer = new SftTrainer(model, adapter, Some.SftExamples(4), new SftConfig
        {
            PerDeviceTrainBatchSize = 4,
            NumTrainEpochs = 40,
            LearningRate = 1e-4,
            GradientCheckpointing = checkpointing,
        });

        var losses = Enumerable.Range(0, 40).Select(_ => trainer.Step(Token).Loss).ToList();

        // A step of 1e-4 is far below bfloat16's resolution at these weights, 2^-9 of their size, yet it must not be lost.
        adapter.Parameters.Values.dtype.ShouldBe(torch.ScalarType.Float32);
        adapter.Parameters.Values.ToFloats().Zip(before).Count(pair => pair.First != pair.Second).ShouldBeGreaterThan(before.Length * 9 / 10);
        losses[^1].ShouldBeLessThan(losses[0] - 0.01);
        model.Parameters.Values.dtype.ShouldBe(torch.ScalarType.BFloat16);
    }

    [Fact]
    public void Step_Cancelled_LeavesTheWeights()
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        var before = adapter.Parameters.Values.ToFloats();
        using var trainer = new SftTrainer(model, adapter, Some.SftExamples(4), new SftConfig());

        Should.Throw<OperationCanceledException>(() => trainer.Step(new CancellationToken(canceled: true)));

        adapter.Parameters.Values.ToFloats().ShouldBe(before);
        trainer.CurrentStep.ShouldBe(0);
    }

    [Fact]
    public void Step_NotANumber_DivergesWithoutTouchingTheWeights()
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        using (torch.no_grad()) adapter.NamedParameters["model.layers.0.mlp.up_proj.lora_B.weight"].fill_(float.NaN);
        var before = adapter.Parameters.Values.ToFloats();
        using var trainer = new SftTrainer(model, adapter, Some.SftExamples(4), new SftConfig());

        var error = Should.Throw<TrainingDivergedException>(() => trainer.Step(Token));

        error.Step.ShouldBe(1);
        adapter.Parameters.Values.ToFloats().ShouldBe(before);
    }

    [Theory]
    [InlineData(new int[0], new[] { 5 }, "empty prompt")]
    [InlineData(new[] { 5 }, new int[0], "empty completion")]
    [InlineData(new[] { 5 }, new[] { 96 }, "vocabulary of 96")]
    [InlineData(new[] { 5, 5, 5 }, new[] { 5, 5 }, "at most 4")]
    public void Constructor_UnusableExample_NamesIt(int[] prompt, int[] completion, string fault)
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();

        var error = Should.Throw<ArgumentException>(() => new SftTrainer(
            model, adapter, [new SftExample([5], [6]), new SftExample(prompt, completion)], new SftConfig { MaxLength = 4 }));

        error.Message.ShouldContain("Example 1");
        error.Message.ShouldContain(fault);
    }

    [Fact]
    public void Constructor_ReferenceIsThePolicy_SaysSo()
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();

        var error = Should.Throw<ArgumentException>(() => new DpoTrainer(model, adapter, adapter, Some.Pairs(2), new DpoConfig()));

        error.Message.ShouldContain("clone");
    }

    [Fact]
    public void Step_TwoHundredTimes_LeaksNoTensor()
    {
        using var model = Some.Model();
        using var policy = Some.Adapter();
        using var other = Some.Adapter();
        using var sft = new SftTrainer(model, other, Some.SftExamples(4), new SftConfig { PerDeviceTrainBatchSize = 2, NumTrainEpochs = 100 });
        using var dpo = new DpoTrainer(model, policy, null, Some.Pairs(4), new DpoConfig
        {
            PerDeviceTrainBatchSize = 2,
            NumTrainEpochs = 100,
            GradientCheckpointing = true,
        });
        sft.Step(Token);
        dpo.Step(Token);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (var i = 0; i < 100; i++)
        {
            sft.Step(Token);
            dpo.Step(Token);
        }

        DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    private static void Finish(SftTrainer trainer)
    {
        while (trainer.CurrentStep < trainer.Steps) trainer.Step(Token);
    }

    private static void Finish(DpoTrainer trainer)
    {
        while (trainer.CurrentStep < trainer.Steps) trainer.Step(Token);
    }
}
