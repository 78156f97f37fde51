using Sgasa.Modeling.Native;
using TorchSharp;

namespace Sgasa.Parity.Tests.Support;

/// <summary>The set of golden models that is tested: the committed one, or the one that the environment names.</summary>
internal static class Fixtures
{
    /// <summary>Environment variable that names another folder of the same format.</summary>
    public const string Variable = "SGASA_PARITY_FIXTURES";

    /// <summary>Environment variable that names the device to compute on, such as <c>cuda:0</c>.</summary>
    public const string DeviceVariable = "SGASA_PARITY_DEVICE";

    private static readonly Dictionary<string, GoldenModel> Opened = [];

    /// <summary>The folder.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : Path.Combine(AppContext.BaseDirectory, "fixtures", "hf-parity");

    /// <summary>Where models lie; all of them are float32.</summary>
    public static torch.Device Device { get; } = Place();

    /// <summary>Every model of the set: a folder with expected values.</summary>
    public static IReadOnlyList<string> Models { get; } = Find();

    /// <summary>How far computed values may lie from expected ones.</summary>
    public static Tolerances Tolerances { get; } = new(Path.Combine(Folder, "tolerances.json"));

    /// <summary>One model; opened once, since the checks of a model share it.</summary>
    public static GoldenModel Open(string name)
    {
        if (!Opened.TryGetValue(name, out var model)) Opened.Add(name, model = new GoldenModel(Path.Combine(Folder, name)));
        return model;
    }

    private static torch.Device Place()
    {
        var named = Environment.GetEnvironmentVariable(DeviceVariable);
        var device = Placement.Parse(string.IsNullOrEmpty(named) ? "cpu" : named, "float32").Device;
        // The golden values want true float32 products.
        if (device.type == DeviceType.CUDA) torch.backends.cuda.matmul.allow_tf32 = false;
        return device;
    }

    private static string[] Find()
    {
        string[] models = Directory.Exists(Folder)
            ? [.. Directory.GetDirectories(Folder)
                .Where(folder => File.Exists(Path.Combine(folder, "expected.json")))
                .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)]
            : [];
        return models.Length > 0
            ? models
            : throw new InvalidOperationException(
                $"{Folder} has no folder with an expected.json: set {Variable} to a set of golden models.");
    }
}
