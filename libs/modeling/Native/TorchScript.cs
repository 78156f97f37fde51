using System.Runtime.InteropServices;
using TorchSharp;

namespace Sgasa.Modeling.Native;

/// <summary>Functions compiled once per process from TorchScript, each called in one crossing into native code.</summary>
/// <remarks>
/// A source that does not compile ends the process, so every source is a constant and is compiled by a test.
/// Graph optimisation is switched off on the calling thread: with it the first two calls of a function would be computed
/// in another way than the later ones, and a resumed training run would differ from an uninterrupted one in the last bit.
/// </remarks>
internal sealed unsafe class TorchScript(string source)
{
    private static readonly delegate* unmanaged<byte, void> SetOptimize = FindSetOptimize();

    [ThreadStatic] private static bool _plain;

    private readonly Lazy<torch.jit.CompilationUnit> _unit = new(() => torch.jit.compile(source + "\n"));

    /// <summary>Calls a function that returns one tensor; the caller owns it.</summary>
    public torch.Tensor Call(string function, params object?[] arguments) => (torch.Tensor)Invoke(function, arguments)!;

    /// <summary>Calls a function for its effect on its arguments, or for several results.</summary>
    public object? Invoke(string function, params object?[] arguments)
    {
        if (!_plain)
        {
            TorchRuntime.EnsureLoaded();
            if (SetOptimize != null) SetOptimize(0);
            _plain = true;
        }
        List<Scalar>? scalars = null;
        try
        {
            for (var i = 0; i < arguments.Length; i++)
                if (arguments[i] is long or double or float) (scalars ??= []).Add(Scalar(ref arguments[i]));
            return _unit.Value.invoke(function, arguments!);
        }
        finally
        {
            // Native code has their addresses alone.
            GC.KeepAlive(arguments);
            scalars?.ForEach(scalar => scalar.Dispose());
        }
    }

    // TorchSharp would make the same scalar and hold it by nothing: a garbage collection would free it under the call.
    private static Scalar Scalar(ref object? argument)
    {
        var scalar = argument switch
        {
            long whole => (Scalar)whole,
            double real => (Scalar)real,
            float real => (Scalar)real,
            _ => throw new ArgumentException($"A {argument?.GetType().Name} is no number.", nameof(argument)),
        };
        argument = scalar;
        return scalar;
    }

    private static delegate* unmanaged<byte, void> FindSetOptimize()
    {
        TorchRuntime.EnsureLoaded();
        // torch::jit::setGraphExecutorOptimize(bool), which TorchSharp does not bind.
        return OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libtorch_cpu.so", typeof(torch).Assembly, null, out var library)
            && NativeLibrary.TryGetExport(library, "_ZN5torch3jit24setGraphExecutorOptimizeEb", out var address)
                ? (delegate* unmanaged<byte, void>)address
                : null;
    }
}
