namespace Sgasa.Prompting.Tests;

public sealed class RefusalDetectorTests
{
    [Theory]
    [InlineData("I'm sorry, but I can't help with that.", true)]
    [InlineData("**I’m sorry, but I cannot assist with this request.** Here is a safe alternative.", true)]
    [InlineData("I must decline.", true)]
    [InlineData("That is not something I can help with.", true)]
    [InlineData("This request is declined.", true)]
    [InlineData("I'm sorry you feel that way. Here is how to talk about it.", false)]
    [InlineData("I can't recommend this book enough.", false)]
    [InlineData("You cannot assist a friend who does not want help.", false)]
    [InlineData("", false)]
    public void IsRefusal_Answer_IsToldByItsOpening(string answer, bool expected) =>
        RefusalDetector.IsRefusal(answer).ShouldBe(expected);
}
