namespace Sgasa.Parity.Tests.Support;

/// <summary>The set of golden models that is tested: the committed one, or the one that the environment names.</summary>
internal static class Fixtures
{
    /// <summary>Environment variable that names another folder of the same format.</summary>
    public const string Variable = "SGASA_PARITY_FIXTURES";

    private static readonly Dictionary<string, GoldenModel> Opened = [];

    /// <summary>The folder.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : Path.Combine(AppContext.BaseDirectory, "fixtures", "hf-parity");

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
