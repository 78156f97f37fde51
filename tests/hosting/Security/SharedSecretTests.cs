using Sgasa.Hosting.Security;

namespace Sgasa.Hosting.Tests.Security;

public sealed class SharedSecretTests
{
    private const string Secret = "a-secret-of-a-few-words";

    [Theory]
    [InlineData($"Bearer {Secret}", true)]
    [InlineData($"Bearer {Secret}2", false)]
    [InlineData("Bearer a-secret", false)]
    [InlineData($"bearer {Secret}", false)]
    [InlineData(Secret, false)]
    [InlineData("Bearer ", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Matches_Header_OnlyTheWholeSecretDoes(string? header, bool expected) =>
        SharedSecret.Matches(header, Secret).ShouldBe(expected);
}
