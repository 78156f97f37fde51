using Grpc.Core;
using Sgasa.Contracts;
using Sgasa.Contracts.Grpc;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Model;

namespace Sgasa.Trainer.Tests.Model;

public sealed class ModelRuntimeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string ModelFolder => Path.Combine(_folder, "model");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_NoModelFolder_FailsInOneLine()
    {
        var missing = Path.Combine(_folder, "nowhere");

        var fault = await Should.ThrowAsync<ModelUnusableException>(
            TrainerServer.StartAsync(_folder, options => options.ModelFolder = missing));

        fault.Message.ShouldStartWith(missing);
        fault.Message.ShouldNotContain('\n');
    }

    [Fact]
    public async Task Start_ModelWithoutChatTemplate_FailsInOneLine()
    {
        SmallModel.Write(ModelFolder);
        File.WriteAllText(Path.Combine(ModelFolder, "tokenizer_config.json"), "{}");

        var fault = await Should.ThrowAsync<ModelUnusableException>(TrainerServer.StartAsync(_folder));

        fault.Message.ShouldContain("has no chat template");
    }

    [Fact]
    public async Task Start_DataFolderIsAFile_FailsInOneLine()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        var fault = await Should.ThrowAsync<UserErrorException>(
            TrainerServer.StartAsync(_folder, options => options.DataFolder = file));

        fault.Message.ShouldStartWith(Path.Combine(file, "checkpoints"));
    }

    [Fact]
    public async Task Start_ShorterContext_IsTheLimit()
    {
        await using var trainer = await TrainerServer.StartAsync(_folder, options => options.ContextLength = 64);

        var info = await trainer.Generation.GetModelAsync(
            new GetModelRequest(), cancellationToken: TestContext.Current.CancellationToken);

        info.ContextLength.ShouldBe(64);
    }

    [Theory]
    [InlineData(16, false)] // the same shapes, other weights
    [InlineData(32, true)]
    public async Task Generate_AdapterOfAnotherModel_IsRefusedAndTheTrainerLivesOn(int hidden, bool endless)
    {
        using var other = new TemporaryFolder();
        SmallModel.Write(Path.Combine(other, "model"), endless, hidden);
        await using (var wider = await TrainerServer.StartAsync(other)) await wider.TrainAsync(Job());
        await using var trainer = await TrainerServer.StartAsync(
            _folder, options => options.Adapters["foreign"] = Path.Combine(other, "checkpoints", "mine", "adapter"));

        var fault = await Should.ThrowAsync<RpcException>(trainer.TextAsync(Ask("foreign")));
        var answer = await trainer.TextAsync(Ask(""));

        fault.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        fault.Status.Detail.ShouldContain("is an adapter for another base model");
        answer.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Generate_AdapterElsewhere_IsUsedUnderItsName()
    {
        await using var trainer = await TrainerServer.StartAsync(
            _folder, options => options.Adapters["elsewhere"] = Path.Combine(_folder, "checkpoints", "mine", "adapter"));
        await trainer.TrainAsync(Job());

        var answers = await trainer.TextsAsync(Ask("mine"), Ask("elsewhere"), Ask(""));

        answers[1].ShouldBe(answers[0]);
        answers[1].ShouldNotBe(answers[2]);
    }

    private static SentJob Job() => SentJob.Sft(
        "mine",
        [("question", "<think>\nthought</think>answer")],
        new SftConfig { NumTrainEpochs = 4, LearningRate = 0.02, WarmupRatio = 0 });

    private static GenerateRequest Ask(string checkpoint) => new()
    {
        CheckpointId = checkpoint,
        Messages = { new ChatTurn { Role = "user", Content = "question" } },
        Sampling = new SamplingOptions { MaxNewTokens = 30 },
    };
}
