using System.Collections.Concurrent;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using Sgasa.Hosting.Security;

namespace Sgasa.Hosting.ModelClients;

/// <summary>One channel for each address, whatever the number of roles behind it.</summary>
internal sealed class TrainerChannels(IOptions<SecurityOptions> security) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<GrpcChannel>> _channels = new(StringComparer.Ordinal);

    public GrpcChannel To(string address) => _channels.GetOrAdd(
        address, a => new Lazy<GrpcChannel>(() => TrainerAddress.Connect(a, security.Value))).Value;

    public void Dispose()
    {
        foreach (var channel in _channels.Values.Where(c => c.IsValueCreated))
            channel.Value.Dispose();
    }
}
