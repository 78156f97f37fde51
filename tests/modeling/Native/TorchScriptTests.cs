using Sgasa.Modeling.Native;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Tests.Native;

public sealed class TorchScriptTests
{
    private static readonly TorchScript Script = new(
        """
        def sum(x, whole: int, real: float):
            return x + whole + real
        """);

    // What a garbage collection frees too early is filled by what is made next.
    [Fact]
    public async Task Call_NumbersWhileGarbageIsCollected_AreTheOnesGiven()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var collecting = Task.Run(
            () =>
            {
                while (!over.IsCancellationRequested)
                {
                    GC.Collect(0);
                    GC.WaitForPendingFinalizers();
                }
            },
            CancellationToken.None);

        try
        {
            using var zero = zeros(1, ScalarType.Float64);
            for (var i = 0L; i < 20_000; i++)
            {
                using var sum = Script.Call("sum", zero, i, 0.5);
                sum.item<double>().ShouldBe(i + 0.5);
            }
        }
        finally
        {
            await over.CancelAsync();
            await collecting;
        }
    }
}
