using Sgasa.Modeling.Training;
using Sgasa.Parity.Tests.Support;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>Supervised fine-tuning: examples, first step, whole runs.</summary>
internal static class SftChecks
{
    public static void Examples(GoldenModel golden)
    {
        foreach (var (i, example) in golden.Expected["sft"]["examples"].Items().Index())
        {
            var what = $"example {i}";
            var (prompt, completion) = (example["prompt_ids"].Ints(), example["completion_ids"].Ints());

            golden.Render(example["messages"]).ShouldBe(example["prompt_text"].Text(), what);
            golden.Tokenizer.Encode(example["prompt_text"].Text()).ShouldBe(prompt, what);
            golden.Tokenizer.Encode(example["completion_text"].Text()).Append(golden.Expected["eos_token_id"].Int())
                .ShouldBe(completion, what);
            example["input_ids"].Ints().ShouldBe([.. prompt, .. completion], what);
            example["labels"].Ints().ShouldBe([.. prompt.Select(_ => -100), .. completion], what);
        }
    }

    public static void FirstStep(GoldenModel golden) => FirstStep(golden, "sft", "adapter");

    public static void FreshFirstStep(GoldenModel golden) => FirstStep(golden, "sft_fresh", "adapter_fresh");

    public static void Run(GoldenModel golden) => Run(golden, "sft", "adapter");

    public static void FreshRun(GoldenModel golden) => Run(golden, "sft_fresh", "adapter_fresh");

    private static void FirstStep(GoldenModel golden, string section, string folder)
    {
        var run = golden.Expected[section]["run"];
        var examples = ExamplesOf(golden);
        var (config, first) = (Config(golden, section), examples[..run["batch_size"].Int()]);

        // However the examples are cut into micro-batches, and whatever is kept for the gradients, the step is the same.
        foreach (var (microBatches, checkpointing) in new[] { (1, false), (examples.Length, false), (1, true) })
        {
            var measuring = TrainingRuns.Measuring(config, examples.Length, microBatches);
            var all = Measure(golden, folder, examples, measuring with { GradientCheckpointing = checkpointing }, adapter =>
            {
                TrainingRuns.HoldGradients(golden, adapter, section + ".grad_all", section + ".grad_all(abs/param max)");
                TrainingRuns.HoldNorms(golden, adapter, run.Counted("grad_norms_all", "_step0"), section + ".grad_norms(rel)");
            });
            golden.Tolerances[section + ".loss"].Hold(all.Loss, run.Counted("loss_all", "_step0").Double(), "loss");
            golden.Tolerances[section + ".grad_norms(rel)"].Hold(
                all.GradNorm, run.Counted("grad_norm_all", "_step0").Double(), "gradient norm");
        }

        var batch = Measure(golden, folder, first, TrainingRuns.Measuring(config, first.Length), adapter =>
            TrainingRuns.HoldNorms(golden, adapter, run["grad_norms_first_batch_step0"], section + ".grad_norms(rel)"));
        golden.Tolerances[section + ".loss"].Hold(
            batch.Loss, run["loss_first_batch_step0"].Double(), "loss of the first batch");
    }

    private static StepMetrics Measure(
        GoldenModel golden, string folder, SftExample[] examples, SftConfig config, Action<Modeling.LoraAdapter> hold)
    {
        using var adapter = golden.Adapter(folder);
        using var trainer = new SftTrainer(golden.Model, adapter, examples, config);
        var metrics = trainer.Step(TestContext.Current.CancellationToken);
        hold(adapter);
        return metrics;
    }

    private static void Run(GoldenModel golden, string section, string folder)
    {
        var run = golden.Expected[section]["run"];
        var examples = ExamplesOf(golden);
        var ordered = TrainingRuns.InOrder(run["trajectory"], examples, run["steps"].Int(), run["batch_size"].Int());
        using var adapter = golden.Adapter(folder);
        using var trainer = new SftTrainer(golden.Model, adapter, ordered, Config(golden, section));
        trainer.Steps.ShouldBe(run["steps"].Int());

        foreach (var (step, expected) in run["trajectory"].Items().Index())
        {
            var metrics = trainer.Step(TestContext.Current.CancellationToken);

            var what = $"step {step}";
            golden.Tolerances[section + ".traj.lr"].Hold(metrics.LearningRate, expected["lr"].Double(), what);
            golden.Tolerances[section + ".traj.loss"].Hold(metrics.Loss, expected["loss"].Double(), what);
            golden.Tolerances[section + ".traj.grad_norm(rel)"].Hold(metrics.GradNorm, expected["grad_norm"].Double(), what);
        }

        TrainingRuns.HoldWeights(golden, adapter, section + ".final", section + ".final");
        golden.Tolerances[section + ".loss_after"].Hold(
            trainer.Evaluate(examples), run.Counted("loss_all", "_after").Double(), "loss after the run");
    }

    private static SftConfig Config(GoldenModel golden, string section)
    {
        var run = golden.Expected[section]["run"];
        // The second run has the first one's settings.
        var hyper = golden.Expected[section].Find("hyper") ?? golden.Expected["sft"]["hyper"];
        return TrainingRuns.Arguments(
            hyper, new SftConfig(), run["steps"].Int(), run["warmup_steps"].Int(), run["batch_size"].Int());
    }

    private static SftExample[] ExamplesOf(GoldenModel golden) =>
        [.. golden.Expected["sft"]["examples"].Items().Select(example =>
            new SftExample(example["prompt_ids"].Ints(), example["completion_ids"].Ints()))];
}
