namespace Sgasa.Trainer.Tests;

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sgasa-trainer-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public static implicit operator string(TemporaryFolder folder) => folder.Path;
}
