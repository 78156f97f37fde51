using Sgasa.Modeling;
using Sgasa.Modeling.Generation;
using Sgasa.Parity.Tests.Support;
using TorchSharp;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>The distributions that tokens are drawn from.</summary>
internal static class SamplingChecks
{
    public static void Distributions(GoldenModel golden)
    {
        using var noGrad = torch.no_grad();
        var sampler = new Sampler(golden.Config.VocabSize);
        foreach (var test in golden.Expected["sampling"].Items())
        {
            var (prompt, setting) = (test["prompt"].Int(), test["setting"].Int());
            var what = $"prompt {prompt}, setting {setting}";
            test["probs_key"].Text().ShouldBe($"sampling.probs.{prompt}.{setting}");
            test["raw_logits_key"].Text().ShouldBe($"sampling.raw_logits.{prompt}");
            var config = new SamplingConfig
            {
                Temperature = test["temperature"].Double(),
                TopP = test["top_p"].Double(),
                TopK = test["top_k"].Int(),
                RepetitionPenalty = test["repetition_penalty"].Double(),
            };
            var context = test["context_ids"].Ints();
            var raw = golden.Tensors.Values(test["raw_logits_key"].Text());
            var expected = golden.Tensors.Values(test["probs_key"].Text());

            var own = Tolerance.Floats(golden.Model.Forward(GoldenModel.Batch(context))[0, -1]);
            var probabilities = sampler.Probabilities(raw, config, context);
            var end = sampler.Probabilities(own, config, context);

            var tolerance = golden.Tolerances["sampling.probs"];
            golden.Tolerances["sampling.raw_logits"].Hold(own, raw, what);
            tolerance.Hold(probabilities, expected, what);
            Kept(probabilities).ShouldBe(Kept(expected), what);
            Kept(probabilities).Length.ShouldBe(test["kept"].Int(), what);
            // From our own logits too, where their rounding can't move a token over the edge.
            if (!(test["edge_distance"].Double() > tolerance.Bound)) continue;
            tolerance.Hold(end, expected, what);
            Kept(end).ShouldBe(Kept(expected), what);
        }
    }

    private static int[] Kept(float[] probabilities) =>
        [.. Enumerable.Range(0, probabilities.Length).Where(id => probabilities[id] > 0)];
}
