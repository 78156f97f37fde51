namespace Sgasa.Prompting.Tests;

public sealed class ReasoningResponseTests
{
    [Theory]
    [InlineData("thought</think>answer", true, "thought", "answer", true)]
    [InlineData("\n<think>\n thought \n</think>\n\n answer\n", true, "thought", "answer", true)]
    [InlineData("<think>thought</think>answer", false, "thought", "answer", true)]
    [InlineData("a</think>b</think>c", true, "a", "b</think>c", true)]
    [InlineData("</think>answer", true, "", "answer", true)]
    [InlineData("thought</think>", true, "thought", "", true)]
    [InlineData("still thinking", true, "still thinking", "", false)]
    [InlineData("<think>still thinking", false, "still thinking", "", false)]
    [InlineData("plain answer", false, "", "plain answer", true)]
    [InlineData("I wonder about <think> tags", false, "", "I wonder about <think> tags", true)]
    [InlineData("", true, "", "", false)]
    [InlineData("", false, "", "", true)]
    public void Parse_Response_IsCutAtTheFirstEndOfThinking(
        string raw, bool thinkingStarted, string thinking, string answer, bool finished)
    {
        var response = ReasoningResponse.Parse(raw, thinkingStarted);

        response.ShouldBe(new ReasoningResponse { Thinking = thinking, Answer = answer, Finished = finished });
    }
}
