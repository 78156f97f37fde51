using Sgasa.Trainer.Checkpoints;

namespace Sgasa.Trainer.Tests.Checkpoints;

public class CheckpointFoldersTests
{
    [Theory]
    [InlineData("round-1/checkpoint/sft", "round-1/sft")]
    [InlineData("2025_11.a/checkpoint/dpo", "2025_11.a/dpo")]
    [InlineData("my-adapter", "my-adapter/adapter")]
    public void Relative_ProperId_GivesItsFolder(string id, string folder) =>
        CheckpointFolders.Relative(id).ShouldBe(folder);

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../checkpoint/sft")]
    [InlineData("a/../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a/checkpoint/other")]
    [InlineData("a/checkpoint/sft/")]
    [InlineData("a/checkpoint/sft\n")]
    [InlineData("a b")]
    [InlineData(".writing")]
    [InlineData("ä")]
    [InlineData("a\\b")]
    public void Relative_ImproperId_IsRefused(string id) =>
        Should.Throw<InvalidCheckpointIdException>(() => CheckpointFolders.Relative(id));

    [Fact]
    public void List_FoldersOfAllKinds_NamesThoseWithAnAdapter()
    {
        using var data = new TemporaryFolder();
        foreach (var folder in new[] { "r2/dpo", "r1/sft", "mine/adapter", "r1/.dpo.writing", "r3/other" })
        {
            var path = Directory.CreateDirectory(Path.Combine(data, "checkpoints", folder)).FullName;
            File.WriteAllText(Path.Combine(path, "adapter_config.json"), "{}");
        }
        Directory.CreateDirectory(Path.Combine(data, "checkpoints", "r4", "sft"));
        var options = Some.Options(data);
        options.Value.Adapters["elsewhere"] = data;

        var ids = new CheckpointFolders(options).List();

        ids.ShouldBe(["elsewhere", "mine", "r1/checkpoint/sft", "r2/checkpoint/dpo"]);
    }
}
