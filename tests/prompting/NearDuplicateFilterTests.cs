namespace Sgasa.Prompting.Tests;

public sealed class NearDuplicateFilterTests
{
    private static readonly byte[] First = MinHashSignature.Compute("tell me how to bake a loaf of rye bread today");
    private static readonly byte[] Alike = MinHashSignature.Compute("Tell me how to bake a loaf of rye bread today!");
    private static readonly byte[] Other = MinHashSignature.Compute("where is the nearest library that opens on sundays");

    [Fact]
    public void TryAdd_TextLikeOneBefore_IsKeptOutAndOthersAreNot()
    {
        var filter = new NearDuplicateFilter(0.9);

        filter.TryAdd(First).ShouldBeTrue();
        filter.TryAdd(Alike).ShouldBeFalse();
        filter.TryAdd(Other).ShouldBeTrue();
        filter.TryAdd(Other).ShouldBeFalse();
    }

    [Fact]
    public void Contains_AsksAndRemembersNothing()
    {
        var filter = new NearDuplicateFilter(0.9);

        filter.Contains(First).ShouldBeFalse();
        filter.Contains(First).ShouldBeFalse();
        filter.Add(First);
        filter.Contains(Alike).ShouldBeTrue();
    }
}
