using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Sgasa.Modeling.Native;
using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>
/// Makes TorchSharp's native library load on systems whose C++ runtime is older than the one it was linked against.
/// </summary>
/// <remarks>
/// <c>libLibTorchSharp.so</c> asks for the symbol version <c>GLIBCXX_3.4.32</c>, which Debian 12 does not have, though
/// nothing it calls carries that version. Where the ordinary load fails, a copy in which that one demand is marked weak
/// is loaded instead. Nothing happens until TorchSharp is first used; but an application that uses TorchSharp itself
/// before any type of this library must call <see cref="EnsureLoaded"/> first.
/// </remarks>
public static partial class TorchRuntime
{
    private const string LibraryName = "LibTorchSharp";
    private static readonly Lock Gate = new();
    private static nint _handle;
    private static Exception? _failure;

    /// <summary>Whether the program has libtorch's CUDA half; the machine may lack a device all the same.</summary>
    public static bool HasCuda { get; } = PathOf(OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so") is not null;

    /// <summary>Loads libtorch now, and sets the number of threads that one operation may use.</summary>
    /// <param name="threads">Threads within an operation; null leaves libtorch's own choice, the number of cores.</param>
    /// <exception cref="TorchUnavailableException">The native libraries can't be loaded; the message says what to do.</exception>
    public static void EnsureLoaded(int? threads = null)
    {
        try
        {
            // The first call into TorchSharp loads its native library, through the handler below if it must.
            if (threads is { } count) torch.set_num_threads(count);
            else _ = torch.get_num_threads();
        }
        catch (Exception e) when (e is not TorchUnavailableException)
        {
            throw new TorchUnavailableException(Explain(_failure ?? e), e);
        }
    }

#pragma warning disable CA2255 // A library needs no initializer as a rule; this one must act before TorchSharp's first call.
    [ModuleInitializer]
    internal static void Register()
    {
        if (!OperatingSystem.IsLinux()) return;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        // libtorch's threads wait for one another many times in every step. Spinning meanwhile, as they do by default, they
        // take the cores from whatever else runs there, themselves included: on a busy machine everything is ten times
        // slower. Who has set the variable knows better.
        _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
    }
#pragma warning restore CA2255

    /// <summary>The C library's own environment: what .NET sets does not reach native code.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    /// <summary>Called by the runtime only after its own search for a native library has failed.</summary>
    private static nint Resolve(Assembly assembly, string name)
    {
        if (name is not (LibraryName or "lib" + LibraryName or "lib" + LibraryName + ".so")) return 0;
        lock (Gate)
        {
            if (_handle != 0 || _failure is not null) return _handle;
            try
            {
                _handle = LoadPatched();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException
                or BadImageFormatException or InvalidDataException)
            {
                _failure = e;
            }
            return _handle;
        }
    }

    private static nint LoadPatched()
    {
        var original = FindNative("lib" + LibraryName + ".so");
        var folder = Path.GetDirectoryName(original)!;
        // Its dependencies must be in the process already: the copy lies elsewhere, so its run path finds none of them.
        // The CUDA ones are there only in a build for it.
        foreach (var dependency in new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so" })
        {
            var path = Path.Combine(folder, dependency);
            if (File.Exists(path) || !dependency.Contains("cuda", StringComparison.Ordinal)) NativeLibrary.Load(path);
        }

        try
        {
            return NativeLibrary.Load(original);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(WeakVersionPatch.Version, StringComparison.Ordinal))
        {
            return NativeLibrary.Load(WeakVersionPatch.CopyOf(original));
        }
    }

    private static string FindNative(string file) =>
        PathOf(file) ?? throw new DllNotFoundException($"{file} is in none of the application's native folders.");

    private static string? PathOf(string file)
    {
        var folders = ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"))
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"));
        return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    private static string Explain(Exception cause)
    {
        var text = cause.GetBaseException().Message;
        var remedy = text.Contains("GLIBC_", StringComparison.Ordinal) || text.Contains("GLIBCXX_", StringComparison.Ordinal)
            ? "The system's C or C++ runtime is too old: use Debian 12, Ubuntu 22.04 or later "
                + "(glibc 2.34 or later, GCC 12 or later)."
            : "Build for a supported platform (linux-x64, win-x64, osx-arm64), and check that the package TorchSharp-cpu "
                + "or TorchSharp-cuda-linux was restored and that the user's cache folder is writable.";
        return $"libtorch cannot be loaded: {text.ReplaceLineEndings(" ")} {remedy}";
    }
}
