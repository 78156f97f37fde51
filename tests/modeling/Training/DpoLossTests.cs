using System.ComponentModel.DataAnnotations;
using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Tests.Training;

public sealed class DpoLossTests
{
    // Policy -1 and -4, reference -2 and -3: h = (-1 + 2) - (-4 + 3) = 2; β = 0.5, so β h = 1.
    [Theory]
    [InlineData(DpoLossType.Sigmoid, 0.3132617)] // -log σ(1) = log(1 + e⁻¹)
    [InlineData(DpoLossType.Ipo, 1.0)]           // (2 - 1 / (2 · 0.5))² = 1
    [InlineData(DpoLossType.Hinge, 0.0)]         // max(0, 1 - 1)
    public void Compute_EachType_MatchesFormula(DpoLossType type, double expected)
    {
        using var scope = NewDisposeScope();

        var (losses, chosen, rejected) = DpoLoss.Compute(
            tensor(new[] { -1f }), tensor(new[] { -4f }), tensor(new[] { -2f }), tensor(new[] { -3f }), beta: 0.5, type);

        losses.ShouldBeWithin(1e-6, [(float)expected]);
        chosen.ShouldBeWithin(1e-6, [0.5f]);
        rejected.ShouldBeWithin(1e-6, [-0.5f]);
    }

    // As above β h = 1, and ε = 0.1: 0.9 · log(1 + e⁻¹) + 0.1 · log(1 + e) = 0.9 · 0.3132617 + 0.1 · 1.3132617 = 0.4132617.
    [Fact]
    public void Compute_LabelSmoothing_AddsTheLossOfTheSwappedPair()
    {
        using var scope = NewDisposeScope();

        var (losses, _, _) = DpoLoss.Compute(
            tensor(new[] { -1f }), tensor(new[] { -4f }), tensor(new[] { -2f }), tensor(new[] { -3f }), beta: 0.5,
            DpoLossType.Sigmoid, labelSmoothing: 0.1);

        losses.ShouldBeWithin(1e-6, [0.4132617f]);
    }

    [Theory, InlineData(DpoLossType.Ipo), InlineData(DpoLossType.Hinge)]
    public void Check_LabelSmoothingWithoutSigmoid_SaysWhereItIsDefined(DpoLossType type)
    {
        var error = Should.Throw<ValidationException>(() => new DpoConfig { LossType = type, LabelSmoothing = 0.1 }.Check());

        error.Message.ShouldContain("sigmoid loss alone");
    }
}
