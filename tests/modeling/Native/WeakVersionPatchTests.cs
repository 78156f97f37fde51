using Sgasa.Modeling.Native;

namespace Sgasa.Modeling.Tests.Native;

public sealed class WeakVersionPatchTests
{
    private static readonly string Library = Path.Combine(
        AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void MarkWeak_TorchSharpsLibrary_ChangesOneFlagOnly()
    {
        Assert.SkipUnless(File.Exists(Library), "The native library is not in a linux-x64 layout here.");
        var original = File.ReadAllBytes(Library);

        var patched = original.ToArray();
        WeakVersionPatch.MarkWeak(patched, WeakVersionPatch.Version);

        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != patched[i]).ToList();
        changed.Count.ShouldBe(1);
        (patched[changed[0]] ^ original[changed[0]]).ShouldBe(2);
    }

    [Fact]
    public void MarkWeak_VersionNotNeeded_SaysSo()
    {
        Assert.SkipUnless(File.Exists(Library), "The native library is not in a linux-x64 layout here.");
        var image = File.ReadAllBytes(Library);

        var error = Should.Throw<InvalidDataException>(() => WeakVersionPatch.MarkWeak(image, "GLIBCXX_9.9.9"));

        error.Message.ShouldContain("GLIBCXX_9.9.9");
    }

    [Fact]
    public void MarkWeak_NotAnElfFile_SaysSo()
    {
        var image = new byte[4096];

        var error = Should.Throw<InvalidDataException>(() => WeakVersionPatch.MarkWeak(image, WeakVersionPatch.Version));

        error.Message.ShouldContain("ELF");
    }
}
