using System.Diagnostics;

namespace Sgasa.EndToEnd.Tests;

/// <summary>The library's examples, run as their first lines say.</summary>
public sealed class LibraryExampleTests : IDisposable
{
    private static readonly string Root = RepositoryRoot();
    private static readonly string Model = Path.Combine(Root, "models", "tiny", "model");

    private readonly string _scratch = Directory.CreateTempSubdirectory("sgasa-examples-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public async Task Examples_OneAfterTheOther_AnswerAndTrain()
    {
        var data = Path.Combine(_scratch, "sft.jsonl");
        var adapter = Path.Combine(_scratch, "run");
        await File.WriteAllTextAsync(data, """{"prompt": "The sky is", "completion": " blue."}""", TestContext.Current.CancellationToken);

        var answer = await RunAsync("generate.cs", Model, "How do I bake bread?");
        var training = await RunAsync("fine-tune.cs", Model, data, adapter);
        var samples = await RunAsync("sample-many.cs", Model, "How do I bake bread?", adapter);

        answer.ShouldContain("bake bread");
        training.ShouldContain("step 3: loss ");
        File.Exists(Path.Combine(adapter, "adapter_model.safetensors")).ShouldBeTrue();
        samples.Split("---\n").Length.ShouldBe(9);
    }

    private static async Task<string> RunAsync(string example, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])["run", Path.Combine(Root, "libs", "modeling", "examples", example), "--", .. args])
            start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(0, await output + await error);
        return (await output).ReplaceLineEndings("\n");
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SGASA.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
