using Sgasa.Modeling.Model;
using Sgasa.Modeling.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Tests.Model;

public sealed class HeadScriptTests
{
    private const long Places = 23, Width = 24, Vocabulary = 57;

    [Theory]
    [InlineData(1 << 25, ScalarType.Float32)]
    [InlineData(5 * 57, ScalarType.Float32)] // five places at a time, the last chunk shorter
    [InlineData(1, ScalarType.Float32)]
    [InlineData(5 * 57, ScalarType.BFloat16)]
    public void Score_InChunks_EqualsLogSoftmaxOfAllLogits(long chunkElements, ScalarType headType)
    {
        using var scope = NewDisposeScope();
        var (hidden, head, labels) = Inputs(headType);
        var weights = linspace(-1, 2, Places); // the loss's own gradient at each log-probability
        hidden.requires_grad = true;

        var scores = HeadScript.Score(hidden, head, labels, chunkElements, blockRows: 10);
        (scores.LogProbs * weights).sum().backward();
        var gradient = hidden.grad!;

        using var plain = hidden.detach().requires_grad_();
        var logits = nn.functional.linear(plain, head.to_type(ScalarType.Float32));
        var all = nn.functional.log_softmax(logits, -1);
        var expected = all.gather(1, labels.unsqueeze(1)).squeeze(1);
        (expected * weights).sum().backward();
        scores.LogProbs.ShouldBeWithin(5e-6, expected.ToFloats());
        scores.Entropies.ShouldBeWithin(5e-6, (all.exp() * all).sum(-1).neg().ToFloats());
        scores.Hits.equal(logits.argmax(-1).eq(labels)).all().item<bool>().ShouldBeTrue();
        gradient.ShouldBeWithin(1e-5, plain.grad!.ToFloats());
    }

    [Fact]
    public void Score_HeadIsTrained_GradientReachesIt()
    {
        using var scope = NewDisposeScope();
        var (hidden, head, labels) = Inputs(ScalarType.Float32);
        head.requires_grad = true;

        HeadScript.Score(hidden, head, labels).LogProbs.sum().backward();

        using var plain = head.detach().requires_grad_();
        nn.functional.cross_entropy(nn.functional.linear(hidden, plain), labels, reduction: nn.Reduction.Sum).neg().backward();
        head.grad!.ShouldBeWithin(5e-6, plain.grad!.ToFloats());
    }

    [Fact]
    public void Score_WithoutGradients_SameValues()
    {
        using var scope = NewDisposeScope();
        var (hidden, head, labels) = Inputs(ScalarType.Float32);
        using var leaf = hidden.clone().requires_grad_();

        var trained = HeadScript.Score(leaf, head, labels).LogProbs;
        Tensor read;
        using (no_grad()) read = HeadScript.Score(leaf, head, labels).LogProbs;

        trained.requires_grad.ShouldBeTrue();
        read.requires_grad.ShouldBeFalse();
        read.ToFloats().ShouldBe(trained.ToFloats());
    }

    private static (Tensor Hidden, Tensor Head, Tensor Labels) Inputs(ScalarType headType)
    {
        using var random = new Generator(5, CPU);
        return (randn([Places, Width], generator: random), randn([Vocabulary, Width], generator: random).to_type(headType),
            randint(0, Vocabulary, [Places], dtype: ScalarType.Int64, generator: random));
    }
}
