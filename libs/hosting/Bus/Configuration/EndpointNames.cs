using System.Collections.Concurrent;

namespace Sgasa.Hosting.Bus;

/// <summary>The queues that this host consumes.</summary>
internal sealed class EndpointNames
{
    private readonly ConcurrentDictionary<string, byte> _names = new(StringComparer.Ordinal);

    /// <summary>The queues of this host and those of the commands, in ordinal order.</summary>
    public IReadOnlyList<string> All =>
    [
        .. _names.Keys.Union(WorkQueues.All).Order(StringComparer.Ordinal),
    ];

    public void Add(string name) => _names.TryAdd(name, 0);
}
