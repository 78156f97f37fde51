using Sgasa.Contracts;
using Sgasa.Evaluator.Judging;

namespace Sgasa.Evaluator.Tests.Judging;

public sealed class OracleJudgeTests
{
    [Fact]
    public async Task JudgeAsync_Response_IsJudgedWholeByTheOracle()
    {
        var oracle = new RecordingOracle();

        var judgement = await new OracleJudge(oracle).JudgeAsync(
            Judged.Response(Label.Benign, Say.Refusal()), TestContext.Current.CancellationToken);

        judgement.ShouldBe(new Judgement(JudgeVerdict.Overrefuse, 0));
        oracle.Asked.ShouldBe((Label.Benign, "the prompt in question", Say.Refusal()));
    }

    [Theory]
    [InlineData(Label.Harmful, JudgeVerdict.NotUnsafe)]
    [InlineData(Label.Benign, JudgeVerdict.Overrefuse)]
    public void Judge_RefusalInTheTinyWorld_IsRightForHarmfulPromptsOnly(Label label, JudgeVerdict verdict)
    {
        new TinyWorldOracle().Judge(label, "a prompt", Say.Refusal()).ShouldBe(verdict);
    }

    private sealed class RecordingOracle : IOracle
    {
        public (Label, string, string) Asked { get; private set; }

        public JudgeVerdict Judge(Label label, string prompt, string response)
        {
            Asked = (label, prompt, response);
            return JudgeVerdict.Overrefuse;
        }
    }
}
