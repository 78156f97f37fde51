using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.Parity.Tests.Support;
using TorchSharp;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>Direct preference optimisation: examples, first step, a whole run.</summary>
internal static class DpoChecks
{
    public static void Examples(GoldenModel golden)
    {
        foreach (var (i, example) in golden.Expected["dpo"]["examples"].Items().Index())
        {
            var (what, end) = ($"pair {i}", golden.Expected["eos_token_id"].Int());
            golden.Render(example["messages"]).ShouldBe(example["prompt_text"].Text(), what);
            golden.Tokenizer.Encode(example["prompt_text"].Text()).ShouldBe(example["prompt_ids"].Ints(), what);
            golden.Tokenizer.Encode(example["chosen_text"].Text()).Append(end).ShouldBe(example["chosen_ids"].Ints(), what);
            golden.Tokenizer.Encode(example["rejected_text"].Text()).Append(end).ShouldBe(example["rejected_ids"].Ints(), what);
        }
    }

    public static void FirstStep(GoldenModel golden)
    {
        foreach (var checkpointing in new[] { false, true }) FirstStep(golden, checkpointing);
    }

    private static void FirstStep(GoldenModel golden, bool checkpointing)
    {
        var dpo = golden.Expected["dpo"];
        var pairs = PairsOf(golden);
        using var adapter = golden.Adapter();
        using var trainer = new DpoTrainer(
            golden.Model, adapter, null, pairs,
            TrainingRuns.Measuring(Config(dpo), pairs.Length) with { GradientCheckpointing = checkpointing });

        var (chosen, rejected) = trainer.PrecomputeReference(TestContext.Current.CancellationToken);
        var policy = LogProbs(golden, adapter, pairs);
        var metrics = trainer.Step(TestContext.Current.CancellationToken);

        var logps = golden.Tolerances["dpo.logps"];
        logps.Hold([.. chosen], dpo["reference_logps_chosen"].Floats(), "reference, chosen");
        logps.Hold([.. rejected], dpo["reference_logps_rejected"].Floats(), "reference, rejected");
        logps.Hold(policy.Chosen, dpo["policy_logps_chosen_step0"].Floats(), "policy, chosen");
        logps.Hold(policy.Rejected, dpo["policy_logps_rejected_step0"].Floats(), "policy, rejected");
        var rewards = HoldRewards(
            golden, dpo, policy, LogProbs(golden, null, pairs), dpo["beta"].Double(), "_step0", "dpo.rewards");
        golden.Tolerances["dpo.rewards"].Hold(Margins(rewards), dpo["margins_step0"].Floats(), "margins");
        Margins(rewards).Select(margin => margin > 0 ? 1f : 0f).ShouldBe(dpo["accuracies_step0"].Floats());

        golden.Tolerances["dpo.loss"].Hold(metrics.Loss, dpo.Counted("loss_all", "_step0").Double(), "loss");
        logps.Hold(metrics.Means["logps/chosen"], dpo["policy_logps_chosen_step0"].Floats().Average(), "mean logps, chosen");
        logps.Hold(
            metrics.Means["logps/rejected"], dpo["policy_logps_rejected_step0"].Floats().Average(), "mean logps, rejected");
        TrainingRuns.HoldGradients(golden, adapter, "dpo.grad_all", "dpo.grad_all(abs/param max)");
        TrainingRuns.HoldNorms(golden, adapter, dpo.Counted("grad_norms_all", "_step0"), "dpo.grad_norms(rel)");
    }

    public static void Run(GoldenModel golden)
    {
        var dpo = golden.Expected["dpo"];
        var pairs = PairsOf(golden);
        var (steps, batchSize) = (dpo["steps"].Int(), dpo["batch_size"].Int());
        var ordered = TrainingRuns.InOrder(dpo["trajectory"], pairs, steps, batchSize);
        using var adapter = golden.Adapter();
        using var trainer = new DpoTrainer(golden.Model, adapter, null, ordered, Config(dpo));
        trainer.Steps.ShouldBe(steps);

        foreach (var (step, expected) in dpo["trajectory"].Items().Index())
        {
            var batch = ordered[(step * batchSize)..((step + 1) * batchSize)];
            var (policy, reference) = (LogProbs(golden, adapter, batch), LogProbs(golden, null, batch));
            HoldRewards(golden, expected, policy, reference, dpo["beta"].Double(), "", "dpo.traj.rewards");
            var logps = golden.Tolerances["dpo.logps"];
            logps.Hold(policy.Chosen, expected["policy_logps_chosen"].Floats(), $"chosen, step {step}");
            logps.Hold(policy.Rejected, expected["policy_logps_rejected"].Floats(), $"rejected, step {step}");

            HoldMetrics(golden, trainer.Step(TestContext.Current.CancellationToken), expected, $"step {step}");
        }

        TrainingRuns.HoldWeights(golden, adapter, "dpo.final", "dpo.final");
        using var after = adapter.Clone();
        using var measuring = new DpoTrainer(golden.Model, after, null, pairs, TrainingRuns.Measuring(Config(dpo), pairs.Length));
        var end = measuring.Step(TestContext.Current.CancellationToken);
        golden.Tolerances["dpo.loss"].Hold(end.Loss, dpo.Counted("loss_all", "_after").Double(), "loss after the run");
    }

    private static void HoldMetrics(GoldenModel golden, StepMetrics metrics, GoldenNode expected, string what)
    {
        golden.Tolerances["dpo.traj.lr"].Hold(metrics.LearningRate, expected["lr"].Double(), what);
        golden.Tolerances["dpo.traj.loss"].Hold(metrics.Loss, expected["loss"].Double(), what);
        golden.Tolerances["dpo.traj.grad_norm(rel)"].Hold(metrics.GradNorm, expected["grad_norm"].Double(), what);
        var rewards = golden.Tolerances["dpo.traj.rewards"];
        rewards.Hold(metrics.Means["rewards/chosen"], expected["rewards_chosen_mean"].Double(), what);
        rewards.Hold(metrics.Means["rewards/rejected"], expected["rewards_rejected_mean"].Double(), what);
        rewards.Hold(metrics.Means["rewards/margins"], expected["margin_mean"].Double(), what);
        metrics.Means["rewards/accuracies"].ShouldBe(expected["accuracy"].Double(), what);
    }

    /// <summary>Holds the rewards of each pair, and returns them.</summary>
    private static (float[] Chosen, float[] Rejected) HoldRewards(
        GoldenModel golden, GoldenNode expected, LogProbPair policy, LogProbPair reference, double beta, string when,
        string tolerance)
    {
        using var scope = torch.NewDisposeScope();
        var (_, chosen, rejected) = DpoLoss.Compute(
            torch.tensor(policy.Chosen), torch.tensor(policy.Rejected), torch.tensor(reference.Chosen),
            torch.tensor(reference.Rejected), beta, DpoLossType.Sigmoid);
        golden.Tolerances[tolerance].Hold(chosen, expected["rewards_chosen" + when].Floats(), "rewards, chosen");
        golden.Tolerances[tolerance].Hold(rejected, expected["rewards_rejected" + when].Floats(), "rewards, rejected");
        return (Tolerance.Floats(chosen), Tolerance.Floats(rejected));
    }

    private static float[] Margins((float[] Chosen, float[] Rejected) rewards) =>
        [.. rewards.Chosen.Zip(rewards.Rejected, (chosen, rejected) => chosen - rejected)];

    /// <summary>Summed log-probabilities of each pair's completions, pair by pair, without the trainer's batches.</summary>
    private static LogProbPair LogProbs(GoldenModel golden, LoraAdapter? adapter, PreferenceExample[] pairs)
    {
        float Sum(PreferenceExample pair, IReadOnlyList<int> completion)
        {
            using var tokens = LogitChecks.LogProbs(golden.Model, adapter, [.. pair.PromptIds], [.. completion]);
            return Tolerance.Floats(tokens).Sum();
        }
        return new([.. pairs.Select(pair => Sum(pair, pair.ChosenIds))], [.. pairs.Select(pair => Sum(pair, pair.RejectedIds))]);
    }

    private static DpoConfig Config(GoldenNode dpo) => TrainingRuns.Arguments(
        dpo["hyper"], new DpoConfig { Beta = dpo["beta"].Double() },
        dpo["steps"].Int(), dpo["warmup_steps"].Int(), dpo["batch_size"].Int());

    private static PreferenceExample[] PairsOf(GoldenModel golden) =>
        [.. golden.Expected["dpo"]["examples"].Items().Select(example => new PreferenceExample(
            example["prompt_ids"].Ints(), example["chosen_ids"].Ints(), example["rejected_ids"].Ints()))];

    /// <summary>One value per pair.</summary>
    private sealed record LogProbPair(float[] Chosen, float[] Rejected);
}
