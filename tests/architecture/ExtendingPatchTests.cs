using System.Diagnostics;

namespace Sgasa.Architecture.Tests;

/// <summary>What docs/extending.md says is done here: each patch is applied to a copy of the sources, which are then built.</summary>
public sealed class ExtendingPatchTests : IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("sgasa-extending-").FullName;

    public static TheoryData<string, int, string> Sections => new()
    {
        { "judge", 2, "services/evaluator" },
        { "round-stage", 8, "services/synthesizer services/coordinator" },
    };

    [Theory]
    [MemberData(nameof(Sections))]
    public void Patch_OfASection_TouchesTheFilesThatThePageNames(string name, int most, string projects)
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/extending.md"));

        var files = FilesOf(name);

        files.Length.ShouldBeInRange(1, most, projects);
        foreach (var file in files) page.ShouldContain($"`{file}`");
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public async Task Patch_AppliedToACopy_Builds(string name, int most, string projects)
    {
        string[] parts =
        [
            "contracts", "libs/api", "libs/artifacts", "libs/attacklogs", "libs/configuration", "libs/hosting", "libs/prompting", "models/tiny/world", "services",
            "deploy/kubernetes",
        ];
        foreach (var part in parts) Copy(part);
        // Not .git, which in a work tree is a file that leads to the real repository.
        foreach (var file in Directory.EnumerateFiles(SourceTree.Root).Where(f => Path.GetFileName(f) is not ".git"))
            File.Copy(file, Path.Combine(_copy, Path.GetFileName(file)));

        await RunAsync("git", "init", "--quiet");
        await RunAsync("git", "apply", Path.Combine(SourceTree.Root, $"docs/examples/{name}.patch"));
        foreach (var project in projects.Split(' '))
            await RunAsync("dotnet", "build", project, "-c", "Release", "--nologo", "-v", "q", "-nodeReuse:false");

        FilesOf(name).Length.ShouldBeLessThanOrEqualTo(most);
    }

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    private static string[] FilesOf(string name) =>
    [
        .. File.ReadLines(Path.Combine(SourceTree.Root, $"docs/examples/{name}.patch"))
            .Where(line => line.StartsWith("+++ b/", StringComparison.Ordinal)).Select(line => line["+++ b/".Length..]),
    ];

    private void Copy(string folder)
    {
        var from = Path.Combine(SourceTree.Root, folder);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_copy, folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private async Task RunAsync(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { WorkingDirectory = _copy, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        process.ExitCode.ShouldBe(0, $"{tool} {string.Join(' ', arguments)}\n{await output}{await errors}");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
