namespace Sgasa.Cli.Tests;

/// <summary>Texts that a person has read and approved: the files in <c>Approved</c>.</summary>
internal static class Approved
{
    /// <summary>Fails where the text is another than the approved one; the new one is left beside the test's assembly.</summary>
    public static void ShouldBe(string name, string actual)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Approved", name + ".txt");
        var approved = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd('\n') : "";
        if (approved != actual) File.WriteAllText(path + ".received", actual + "\n");

        actual.ShouldBe(approved, $"See {path}.received");
    }
}
