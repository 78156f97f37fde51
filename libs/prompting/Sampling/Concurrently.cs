namespace Sgasa.Prompting.Sampling;

/// <summary>Runs pieces of work side by side and gives their results back in the order of the work.</summary>
public static class Concurrently
{
    /// <summary>
    /// Starts <paramref name="work"/> for all items at once. The first failure stops the other pieces and is thrown
    /// when they have ended, so nothing goes on behind the caller's back.
    /// </summary>
    public static async Task<IReadOnlyList<TResult>> SelectAsync<TItem, TResult>(
        IEnumerable<TItem> items,
        Func<TItem, CancellationToken, Task<TResult>> work,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(work);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        var tasks = items.Select(RunAsync).ToList();
        try
        {
            return await Task.WhenAll(tasks).ConfigureAwait(false);
        }
        catch when (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
            throw;
        }

        async Task<TResult> RunAsync(TItem item)
        {
            try
            {
                return await work(item, stop.Token).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref first, exception, null);
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }
}
