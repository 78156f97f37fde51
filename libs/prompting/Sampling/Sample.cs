namespace Sgasa.Prompting.Sampling;

/// <summary>One sampled response.</summary>
/// <param name="Id">The id it was asked under.</param>
/// <param name="Text">The whole response, thinking and answer, as the model wrote it.</param>
/// <param name="Ended">Whether the model ended it itself; false when the token limit or a filter cut it off.</param>
/// <param name="Tokens">Tokens generated; 0 where the endpoint does not say.</param>
public sealed record Sample(string Id, string Text, bool Ended, long Tokens)
{
    /// <summary>The response cut into thinking and answer.</summary>
    public ReasoningResponse Response { get; } = ReasoningResponse.Parse(Text);

    /// <summary>The final answer; empty where the thinking never ended.</summary>
    public string Answer => Response.Answer;

    /// <summary>Whether there is an answer to look at, cut off or not.</summary>
    public bool Answered => Response.Finished && Answer.Length > 0;

    /// <summary>Whether the response is whole: only such a one may be trained on.</summary>
    public bool Whole => Answered && Ended;

    /// <summary>Whether the answer declines the request.</summary>
    public bool IsRefusal => Answered && RefusalDetector.IsRefusal(Answer);
}
