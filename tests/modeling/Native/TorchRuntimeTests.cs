using TorchSharp;

namespace Sgasa.Modeling.Tests.Native;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void EnsureLoaded_ThisSystem_TensorsCompute()
    {
        TorchRuntime.EnsureLoaded();

        using var sum = torch.ones(2, 3).sum();

        sum.item<float>().ShouldBe(6f);
    }
}
