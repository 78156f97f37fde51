namespace Sgasa.Hosting.Bus;

/// <summary>
/// The queues of a process that carries its own messages: their names are all that is known from outside. What fails ends
/// its round, and giving the round's command again takes it up.
/// </summary>
internal sealed class InMemoryQueues(EndpointNames endpoints) : IBrokerQueues
{
    public Task<IReadOnlyList<QueueState>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<QueueState>>(
        [
            .. endpoints.All.Select(name =>
                new QueueState { Name = name, Waiting = null, Consumers = null, Faulted = null }),
        ]);

    public Task<IReadOnlyList<QueueFault>> ListFaultsAsync(int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<QueueFault>>([]);

    public Task<int> RequeueAsync(string idOrQueue, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<int> DropAsync(string idOrQueue, CancellationToken cancellationToken) => Task.FromResult(0);
}
