using System.Text.Json;
using Sgasa.Modeling;
using TorchSharp;

namespace Sgasa.Parity.Tests.Support;

/// <summary>The golden models that are tested: the committed set, or the sets that the environment names.</summary>
internal static class Fixtures
{
    /// <summary>
    /// Environment variable that names other folders of the same format, separated as the platform separates paths.
    /// </summary>
    public const string Variable = "SGASA_PARITY_FIXTURES";

    /// <summary>Environment variable that names the device to compute on, such as <c>cuda:0</c>.</summary>
    public const string DeviceVariable = "SGASA_PARITY_DEVICE";

    /// <summary>Families that golden models may be of although they are not supported yet; they must be refused by name.</summary>
    public static readonly string[] NotSupportedYet = ["gemma3_text", "granite", "olmo2", "qwen3_moe"];

    private static readonly Dictionary<string, GoldenModel> Opened = [];

    /// <summary>The sets' folders.</summary>
    public static IReadOnlyList<string> Folders { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? [.. named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFullPath)]
        : [Path.Combine(AppContext.BaseDirectory, "fixtures", "hf-parity")];

    /// <summary>Where models lie; all of them are float32.</summary>
    public static torch.Device Device { get; } = Place();

    /// <summary>Every model of the sets, as <c>set/model</c>: a folder with expected values.</summary>
    public static IReadOnlyList<string> Models { get; } = [.. Find(supported: true)];

    /// <summary>Models of the sets whose family is not supported yet.</summary>
    public static IReadOnlyList<string> Refused { get; } = [.. Find(supported: false)];

    /// <summary>Folder of a model.</summary>
    public static string PathOf(string model) =>
        Path.Combine(Path.GetDirectoryName(Folders.First(folder => Path.GetFileName(folder) == model.Split('/')[0]))!, model);

    /// <summary>One model; opened once, since the checks of a model share it.</summary>
    public static GoldenModel Open(string name)
    {
        if (!Opened.TryGetValue(name, out var model)) Opened.Add(name, model = new GoldenModel(PathOf(name)));
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

    private static IEnumerable<string> Find(bool supported) => Folders
        .SelectMany(folder => Directory.Exists(folder) && Directory.GetDirectories(folder, "*").Where(IsModel).ToArray() is { Length: > 0 } models
            ? models.Select(model => $"{Path.GetFileName(folder)}/{Path.GetFileName(model)}")
            : throw new InvalidOperationException(
                $"{folder} has no folder with an expected.json: set {Variable} to sets of golden models."))
        .Where(model => NotSupportedYet.Contains(FamilyOf(model)) != supported)
        .Order(StringComparer.Ordinal);

    private static bool IsModel(string folder) => File.Exists(Path.Combine(folder, "expected.json"));

    private static string FamilyOf(string model)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(PathOf(model), "expected.json")));
        return expected.RootElement.GetProperty("model_type").GetString()!;
    }
}
