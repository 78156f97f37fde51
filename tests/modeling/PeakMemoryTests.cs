using System.Diagnostics;
using System.Text.Json;

namespace Sgasa.Modeling.Tests;

/// <summary>Bounds on a process's peak memory, each measured in a process of its own.</summary>
public sealed class PeakMemoryTests
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public async Task FromPretrained_ShardedBFloat16_NeedsLittleMoreThanTheWeights()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak is read from /proc");
        using var folder = new TemporaryFolder();
        var written = await MeasureAsync("write", folder.Path, "--shape", "small", "--shard-bytes", "40000000");
        Directory.GetFiles(folder.Path, "model-*.safetensors").Length.ShouldBeGreaterThan(1);

        var narrow = await MeasureAsync("load", folder.Path, "--dtype", "bfloat16");
        var wide = await MeasureAsync("load", folder.Path, "--dtype", "float32");

        narrow.GetProperty("weights").GetInt64().ShouldBeInRange(
            written.GetProperty("stored").GetInt64(), written.GetProperty("stored").GetInt64() + Megabyte);
        narrow.GetProperty("ownPeakOverWeights").GetDouble().ShouldBeInRange(0.9, 1.15);
        wide.GetProperty("ownPeakOverWeights").GetDouble().ShouldBeInRange(0.9, 1.15);
    }

    [Theory, InlineData("float32"), InlineData("bfloat16")]
    public async Task Score_LargeVocabulary_NeverHoldsAllLogits(string dtype)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak is read from /proc");

        var measured = await MeasureAsync(
            "score", "--vocabulary", "151936", "--hidden", "64", "--tokens", "2048", "--dtype", dtype);

        // The logits of these 2,048 tokens alone would be 1.2 GB, and what backward keeps as much again.
        measured.GetProperty("logits").GetInt64().ShouldBeGreaterThan(1100 * Megabyte);
        measured.GetProperty("beyond").GetInt64().ShouldBeLessThan(500 * Megabyte);
    }

    [Fact]
    public async Task Step_GradientCheckpointing_NeedsLessMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak is read from /proc");

        var keeping = await MeasureAsync("train", "--tokens", "256", "--layers", "12");
        var checkpointing = await MeasureAsync("train", "--tokens", "256", "--layers", "12", "--gradient-checkpointing");

        checkpointing.GetProperty("beyond").GetInt64().ShouldBeLessThan(keeping.GetProperty("beyond").GetInt64() / 2);
    }

    private static async Task<JsonElement> MeasureAsync(params string[] arguments)
    {
        var tool = Path.Combine(AppContext.BaseDirectory, "memory-bench.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", tool, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await errors);
        return JsonDocument.Parse(output).RootElement;
    }
}
