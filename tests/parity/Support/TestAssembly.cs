using System.Runtime.CompilerServices;
using Sgasa.Modeling;

namespace Sgasa.Parity.Tests.Support;

internal static class TestAssembly
{
    /// <summary>One thread each, since test projects run side by side.</summary>
    [ModuleInitializer]
    internal static void Initialize() => TorchRuntime.EnsureLoaded(threads: 1);
}
