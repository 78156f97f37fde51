using Sgasa.Modeling.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Tests.Model;

public sealed class CheckpointedPassTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void Backward_OfALoss_SameBitsAsKeepingTheLayers(bool allWeights)
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        var trained = allWeights ? model.Parameters : adapter.Parameters;
        var ids = Some.Batch(Some.Ids(9), Some.Ids(9, seed: 4));
        trained.RequireGradients();

        var kept = model.Hidden(ids, adapter: adapter);
        kept.square().sum().backward();
        var expected = trained.Gradients!.ToFloats();
        trained.Gradients!.zero_();
        var pass = new CheckpointedPass(model, ids, adapter);
        pass.Hidden.square().sum().backward();
        pass.Backward();

        pass.Hidden.ToFloats().ShouldBe(kept.ToFloats());
        trained.Gradients!.ToFloats().ShouldBe(expected);
        expected.Count(gradient => gradient != 0).ShouldBeGreaterThan(expected.Length / 2);
    }

    [Fact]
    public void Backward_LossNotDifferentiated_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        adapter.Parameters.RequireGradients();
        var pass = new CheckpointedPass(model, Some.Batch(Some.Ids(5)), adapter);

        var error = Should.Throw<InvalidOperationException>(pass.Backward);

        error.Message.ShouldContain("Call backward");
    }
}
