using System.Runtime.CompilerServices;

namespace Sgasa.Modeling.Tests.Support;

internal static class TestAssembly
{
    /// <summary>Some tests make a tensor before they use anything of the library; one thread each, since tests run side by side.</summary>
    [ModuleInitializer]
    internal static void Initialize() => TorchRuntime.EnsureLoaded(threads: 1);
}
