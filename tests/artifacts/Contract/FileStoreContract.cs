using System.Text;
using CsCheck;
using Sgasa.Artifacts.Files;

namespace Sgasa.Artifacts.Tests.Contract;

/// <summary>What every <see cref="IFileStore"/> does.</summary>
public abstract class FileStoreContract : StoreContract
{
    private const string Key = "checkpoints/r1/sft";
    private readonly string _folder = Directory.CreateTempSubdirectory("sgasa-test-").FullName;

    private IFileStore Store => Here.Files;

    [Fact]
    public async Task WriteAsync_Files_AreSeenByAnotherReplica()
    {
        var written = await Store.WriteAsync(Key, [Text("b.txt", "two"), Text("a.bin", "")], Token);

        var found = (await There.Files.FindAsync(Key, Token)).ShouldNotBeNull();

        found.Key.ShouldBe(Key);
        found.Version.ShouldBe(written.Version);
        // SHA-256 of nothing, and of "two".
        found.Files.ShouldBe(
        [
            new StoredFile("a.bin", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            new StoredFile("b.txt", 3, "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"),
        ]);
        (await ReadAsync(There, Key, "b.txt")).ShouldBe("two");
    }

    [Fact]
    public async Task WriteAsync_SameFilesElsewhere_HaveTheSameVersion()
    {
        var first = await Store.WriteAsync(Key, [Text("a", "1"), Text("b", "2")], Token);
        var second = await There.Files.WriteAsync("other", [Text("b", "2"), Text("a", "1")], Token);
        var third = await Store.WriteAsync("third", [Text("a", "2"), Text("b", "1")], Token);

        second.Version.ShouldBe(first.Version);
        third.Version.ShouldNotBe(first.Version);
    }

    [Fact]
    public async Task WriteAsync_StoredKey_ReplacesTheWholeSet()
    {
        await Store.WriteAsync(Key, [Text("a", "old"), Text("b", "old")], Token);

        await There.Files.WriteAsync(Key, [Text("a", "new")], Token);

        (await Store.FindAsync(Key, Token))!.Files.Select(f => f.Name).ShouldBe(["a"]);
        (await ReadAsync(Here, Key, "a")).ShouldBe("new");
        await Should.ThrowAsync<FileNotFoundException>(() => Store.OpenReadAsync(Key, "b", Token));
    }

    [Fact]
    public async Task WriteAsync_FaultInTheSecondFile_LeavesTheEarlierSet()
    {
        await Store.WriteAsync(Key, [Text("a", "old")], Token);
        var faulty = new FileSource("b", () => throw new IOException("The disk died here."));

        await Should.ThrowAsync<IOException>(() => Store.WriteAsync(Key, [Text("a", "new"), faulty], Token));

        (await There.Files.FindAsync(Key, Token))!.Files.ShouldHaveSingleItem().Name.ShouldBe("a");
        (await ReadAsync(There, Key, "a")).ShouldBe("old");
    }

    [Fact]
    public async Task WriteAsync_FaultInANewSet_LeavesNothing()
    {
        var faulty = new FileSource("b", () => throw new IOException("The disk died here."));

        await Should.ThrowAsync<IOException>(() => Store.WriteAsync(Key, [Text("a", "new"), faulty], Token));

        (await There.Files.FindAsync(Key, Token)).ShouldBeNull();
        (await There.Files.ListAsync("checkpoints", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task WriteAsync_MoreThanTheStoreTakes_IsRefused()
    {
        // Two files of 600 bytes, and a limit of 1000 for a set.
        var text = new string('x', 600);

        var fault = await Should.ThrowAsync<FileSetTooLargeException>(
            () => Small.WriteAsync(Key, [Text("a", text), Text("b", text)], Token));

        fault.Message.ShouldBe(
            $"The files under '{Key}' are larger than 1000 bytes together: raise Store:MaxFileSetBytes, or store less.");
        (await Store.FindAsync(Key, Token)).ShouldBeNull();
        (await Small.WriteAsync(Key, [Text("a", text)], Token)).Files.Count.ShouldBe(1);
    }

    [Fact]
    public async Task WriteAsync_RacingWriters_LeavesOneWholeSet()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => (i % 2 == 0 ? Here : There).Files.WriteAsync(Key, [Text("a", $"{i}"), Text("b", $"{i}")], Token), Token)));

        var set = await Store.DownloadAsync(Key, _folder, Token);

        set.ShouldNotBeNull();
        File.ReadAllText(Path.Combine(_folder, "a")).ShouldBe(File.ReadAllText(Path.Combine(_folder, "b")));
    }

    [Fact]
    public async Task DownloadAsync_UploadedFolder_HasTheSameBytes()
    {
        var (from, to) = (Directory.CreateDirectory(Path.Combine(_folder, "from")), Directory.CreateDirectory(
            Path.Combine(_folder, "to")));
        await Gen.Byte.Array[0, 700_000].Select(Gen.Byte.Array[0, 9]).SampleAsync(
            async files =>
            {
                await File.WriteAllBytesAsync(Path.Combine(from.FullName, "large.safetensors"), files.Item1, Token);
                await File.WriteAllBytesAsync(Path.Combine(from.FullName, "small.json"), files.Item2, Token);
                await Store.UploadAsync(Key, from.FullName, Token);

                await There.Files.DownloadAsync(Key, to.FullName, Token);

                (await File.ReadAllBytesAsync(Path.Combine(to.FullName, "large.safetensors"), Token)).ShouldBe(files.Item1);
                (await File.ReadAllBytesAsync(Path.Combine(to.FullName, "small.json"), Token)).ShouldBe(files.Item2);
            },
            iter: 5,
            threads: 1);
    }

    [Fact]
    public async Task DownloadAsync_UnknownKey_IsNull()
    {
        await Store.WriteAsync("checkpoints/r1/dpo", [Text("a", "1")], Token);

        (await Store.DownloadAsync(Key, _folder, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task ListAsync_SeveralKeys_GivesThoseBelow()
    {
        foreach (var key in (string[])["jobs/r1/sft/step-2", "jobs/r1/sft/step-1", "jobs/r1/dpo/step-1", "jobs/r10/sft/step-1"])
            await Store.WriteAsync(key, [Text("a", "1")], Token);

        (await There.Files.ListAsync("jobs/r1", Token))
            .ShouldBe(["jobs/r1/dpo/step-1", "jobs/r1/sft/step-1", "jobs/r1/sft/step-2"]);
        (await There.Files.ListAsync("jobs/r1/sft/step-1", Token)).ShouldBeEmpty();
        (await There.Files.ListAsync("nothing", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task DeleteAsync_StoredKey_RemovesItAndNoOther()
    {
        await Store.WriteAsync("jobs/r1/sft", [Text("a", "1")], Token);
        await Store.WriteAsync("jobs/r1/dpo", [Text("a", "1")], Token);

        await There.Files.DeleteAsync("jobs/r1/sft", Token);
        await There.Files.DeleteAsync("jobs/r1/sft", Token);

        (await Store.FindAsync("jobs/r1/sft", Token)).ShouldBeNull();
        (await ReadAsync(Here, "jobs/r1/dpo", "a")).ShouldBe("1");
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("a\n")]
    [InlineData(".writing/a")]
    [InlineData("$a")]
    [InlineData("é")]
    [InlineData("1/2/3/4/5/6/7/8/9")]
    public async Task Everything_KeyThatIsNone_IsRefused(string key)
    {
        await Should.ThrowAsync<InvalidFileNameException>(() => Store.WriteAsync(key, [Text("a", "1")], Token));
        await Should.ThrowAsync<InvalidFileNameException>(() => Store.FindAsync(key, Token));
        await Should.ThrowAsync<InvalidFileNameException>(() => Store.OpenReadAsync(key, "a", Token));
        await Should.ThrowAsync<InvalidFileNameException>(() => Store.ListAsync(key, Token));
        await Should.ThrowAsync<InvalidFileNameException>(() => Store.DeleteAsync(key, Token));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("a/b")]
    [InlineData(".files.json")]
    [InlineData("")]
    public async Task Everything_FileNameThatIsNone_IsRefused(string name)
    {
        await Should.ThrowAsync<InvalidFileNameException>(() => Store.WriteAsync(Key, [Text(name, "1")], Token));
        await Should.ThrowAsync<InvalidFileNameException>(() => Store.OpenReadAsync(Key, name, Token));
        (await Store.FindAsync(Key, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task WriteAsync_NoFilesOrOneTwice_Throws()
    {
        await Should.ThrowAsync<ArgumentException>(() => Store.WriteAsync(Key, [], Token));
        await Should.ThrowAsync<ArgumentException>(() => Store.WriteAsync(Key, [Text("a", "1"), Text("A", "2")], Token));
    }

    [Fact]
    public async Task Everything_AlreadyCancelled_Throws()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(() => Store.WriteAsync(Key, [Text("a", "1")], cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.FindAsync(Key, cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.ListAsync(Key, cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.DeleteAsync(Key, cancelled));
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The same files through a store that takes 1000 bytes in a set.</summary>
    private IFileStore Small => Here.SmallFiles;

    private static FileSource Text(string name, string text) =>
        new(name, () => new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static async Task<string> ReadAsync(StoreConnection replica, string key, string name)
    {
        using var reader = new StreamReader(await replica.Files.OpenReadAsync(key, name, Token));
        return await reader.ReadToEndAsync(Token);
    }
}
