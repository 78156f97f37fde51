using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Training;

public sealed class AdamWTests
{
    [Fact]
    public void Step_ConstantGradient_MovesByTheLearningRate()
    {
        using var parameters = new FlatParameters([new ParameterSlot("a", [2, 3])]);
        using var optimizer = new AdamW(parameters);
        parameters.Gradients!.fill_(0.25f);

        optimizer.Step(0.1);
        optimizer.Step(0.1);

        // With a constant gradient g both corrected means are g and g², so each step is -lr g / (|g| + eps) = -lr.
        parameters["a"].ShouldBeWithin(1e-6, [-0.2f, -0.2f, -0.2f, -0.2f, -0.2f, -0.2f]);
    }

    [Fact]
    public void Step_WeightDecay_TouchesOnlyParametersThatDecay()
    {
        using var parameters = new FlatParameters([new ParameterSlot("norm", [2], Decays: false), new ParameterSlot("matrix", [1, 2])]);
        using var optimizer = new AdamW(parameters, weightDecay: 0.5);
        using (torch.no_grad())
        {
            parameters["norm"].fill_(1);
            parameters["matrix"].fill_(1);
        }

        optimizer.Step(0.1);

        // No gradient: only the decay w (1 - lr·decay) = 0.95 acts.
        parameters["matrix"].ShouldBeWithin(1e-6, [0.95f, 0.95f]);
        parameters["norm"].ShouldBeWithin(0, [1f, 1f]);
    }

    [Theory, InlineData(1.0, 1.0), InlineData(100.0, 5.0)]
    public void ClipGradNorm_NormFive_ScalesDownButNotUp(double maxNorm, double expectedNorm)
    {
        using var parameters = new FlatParameters([new ParameterSlot("a", [2, 1])]);
        using var optimizer = new AdamW(parameters);
        parameters.GradientOf("a").copy_(torch.tensor(new[] { 3f, 4f }, [2, 1]));

        var norm = optimizer.ClipGradNorm(maxNorm);

        norm.ShouldBe(5, 1e-6);
        parameters.GradientOf("a").ShouldBeWithin(1e-5, [(float)(3 * expectedNorm / 5), (float)(4 * expectedNorm / 5)]);
    }
}
