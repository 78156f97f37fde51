using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling;

/// <summary>Where a model lies, and the type of its weights.</summary>
/// <param name="Device">The CPU or one CUDA device.</param>
/// <param name="Dtype">Float32 or bfloat16.</param>
public sealed record Placement(Device Device, ScalarType Dtype)
{
    /// <summary>What users write for a placement, resolved on this machine.</summary>
    /// <param name="device">
    /// <c>auto</c> (CUDA where there is any), <c>cpu</c>, <c>cuda</c> (the first one) or <c>cuda:N</c>.
    /// </param>
    /// <param name="dtype"><c>auto</c> (float32 on the CPU, bfloat16 on CUDA), <c>float32</c> or <c>bfloat16</c>.</param>
    /// <exception cref="PlacementException">A name is not known, or there is no such device here.</exception>
    public static Placement Parse(string device = "auto", string dtype = "auto") => Resolve(device, dtype, CudaHere());

    /// <summary>The type of weights where none was asked for.</summary>
    internal static ScalarType DefaultDtype(Device device) =>
        device.type == DeviceType.CPU ? ScalarType.Float32 : ScalarType.BFloat16;

    /// <summary>As <see cref="Parse"/>, for a given supply of CUDA devices.</summary>
    /// <param name="device">The device's name.</param>
    /// <param name="dtype">The type's name.</param>
    /// <param name="cudaDevices">CUDA devices that can be used; null where the program was built without CUDA.</param>
    internal static Placement Resolve(string device, string dtype, int? cudaDevices)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(dtype);
        var place = device switch
        {
            "auto" => cudaDevices > 0 ? new Device(DeviceType.CUDA, 0) : CPU,
            "cpu" => CPU,
            "cuda" => Cuda(device, 0, cudaDevices),
            _ when device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(
                device.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                => Cuda(device, index, cudaDevices),
            _ => throw new PlacementException($"There is no device '{device}'. Use auto, cpu, cuda, or cuda:N with a number N."),
        };
        var type = dtype switch
        {
            "auto" => DefaultDtype(place),
            "float32" => ScalarType.Float32,
            "bfloat16" => ScalarType.BFloat16,
            _ => throw new PlacementException($"Weights can't be of type '{dtype}'. Use auto, float32 or bfloat16."),
        };
        return new Placement(place, type);
    }

    private static Device Cuda(string name, int index, int? devices) => devices switch
    {
        null => throw new PlacementException(
            $"Device '{name}' can't be used: this program was built for the CPU alone. "
            + "Build it with -p:TorchBackend=cuda, or use device cpu."),
        0 => throw new PlacementException(
            $"Device '{name}' can't be used: no CUDA device was found. Check the driver with nvidia-smi, or use device cpu."),
        { } count when index >= count => throw new PlacementException(
            $"Device '{name}' can't be used: there are {count} CUDA devices here, counted from cuda:0."),
        _ => new Device(DeviceType.CUDA, index),
    };

    private static int? CudaHere()
    {
        TorchRuntime.EnsureLoaded();
        if (!TorchRuntime.HasCuda) return null;
        return torch.cuda.is_available() ? torch.cuda.device_count() : 0;
    }
}
