using Sgasa.Prompting.Sampling;

namespace Sgasa.Prompting.Tests.Sampling;

public sealed class ConcurrentlyTests
{
    [Fact]
    public async Task SelectAsync_OneFails_StopsTheOthersAndThrowsItsFault()
    {
        var stopped = 0;

        var act = () => Concurrently.SelectAsync(
            Enumerable.Range(0, 5), RunAsync, TestContext.Current.CancellationToken);

        await act.ShouldThrowAsync<InvalidDataException>();
        stopped.ShouldBe(4);

        async Task<int> RunAsync(int item, CancellationToken ct)
        {
            if (item == 4) throw new InvalidDataException();
            var forever = new TaskCompletionSource();
            await using var registration = ct.Register(() => forever.TrySetCanceled(ct));
            try
            {
                await forever.Task;
            }
            finally
            {
                Interlocked.Increment(ref stopped);
            }

            return item;
        }
    }

    [Fact]
    public async Task SelectAsync_Nothing_GivesNothing()
    {
        var results = await Concurrently.SelectAsync<int, int>(
            [], (_, _) => throw new InvalidOperationException(), TestContext.Current.CancellationToken);

        results.ShouldBeEmpty();
    }
}
