using Sgasa.Api.Rounds;
using Sgasa.Cli.Progress;

namespace Sgasa.Cli.Tests.Progress;

public sealed class ProgressTableTests
{
    [Fact]
    public void Render_ARoundInTheMiddle_IsTheApprovedText()
    {
        using var console = new CapturedConsole(width: 100);

        console.Console.Out.Write(ProgressTable.Render(
            [
                Some.Row("Guidelines", ProgressState.Done, 4, 4, pace: 812),
                Some.Row("Prompts", done: 231, total: 480, pace: 12_345, left: 65),
                Some.Row("SFT", done: 8, total: 16, pace: 2_310, loss: 1.5, left: 5),
                Some.Row("DPO", ProgressState.Waiting, 0, 0),
            ],
            TimeSpan.FromSeconds(83)));

        Approved.ShouldBe("progress-table", console.Out);
    }
}
