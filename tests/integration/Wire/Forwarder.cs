using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sgasa.Integration.Tests.Wire;

/// <summary>Stands in front of a server for one replica: what both say to each other passes the switchboard.</summary>
internal sealed class Forwarder : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Switchboard _switchboard;
    private readonly int _server;
    private readonly Func<IConversation> _conversation;
    private readonly Task _listening;
    private int _givenUp;

    /// <param name="switchboard">What decides about what passes.</param>
    /// <param name="server">The server's port on this machine.</param>
    /// <param name="conversation">Makes the reader of a connection's protocol.</param>
    public Forwarder(Switchboard switchboard, int server, Func<IConversation> conversation)
    {
        (_switchboard, _server, _conversation) = (switchboard, server, conversation);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _listening = ListenAsync();
    }

    /// <summary>The port on this machine that the replica calls.</summary>
    public int Port { get; }

    /// <summary>How many connections the replica has ended by itself.</summary>
    public int GivenUp => Volatile.Read(ref _givenUp);

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        await _listening;
        await Task.WhenAll(_connections.Keys);
        _stopped.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var connection = ConnectAsync(await _listener.AcceptTcpClientAsync(_stopped.Token));
                _connections[connection] = true;
                _ = connection.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The deployment is taken down.
        }
    }

    private async Task ConnectAsync(TcpClient replica)
    {
        var conversation = _conversation();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        try
        {
            using var ours = replica;
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _server, over.Token);
            (replica.NoDelay, server.NoDelay) = (true, true);
            var (inner, outer) = (replica.GetStream(), server.GetStream());
            var asked = PumpAsync(inner, outer, conversation.FromReplica, end: null, over.Token);
            var answered = PumpAsync(outer, inner, conversation.FromServer, conversation.End, over.Token);
            if (await Task.WhenAny(asked, answered) == asked && await asked) Interlocked.Increment(ref _givenUp);
            // When one side ends, so does the other, whatever is held.
            await over.CancelAsync();
            await Task.WhenAll(asked, answered);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // The server is away: the replica's connection ends, and it tries again.
        }
        finally
        {
            (conversation as IDisposable)?.Dispose();
        }
    }

    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="read">Cuts what is sent into units.</param>
    /// <param name="end">What the sender's end says, and waits its turn like all else; null where it counts at once.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Whether the sender has ended it.</returns>
    private async Task<bool> PumpAsync(
        NetworkStream from,
        NetworkStream to,
        Func<ReadOnlyMemory<byte>, IEnumerable<Unit>> read,
        Passage? end,
        CancellationToken ct)
    {
        // Read on while something is held: that the sender has gone must be seen at once.
        var units = System.Threading.Channels.Channel.CreateUnbounded<Unit>();
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writing = WriteAsync(units.Reader, to, cut);
        try
        {
            var buffer = new byte[1 << 16];
            while (await from.ReadAsync(buffer, cut.Token) is > 0 and var count)
                foreach (var unit in read(buffer.AsMemory(0, count).ToArray()))
                    units.Writer.TryWrite(unit);
            await EndAsync();
            return true;
        }
        catch (IOException)
        {
            await EndAsync(); // reset, as by a process that was killed
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            await cut.CancelAsync();
            await writing;
        }

        Task EndAsync()
        {
            if (end is null) return Task.CompletedTask;
            units.Writer.TryWrite(new Unit(end, default));
            units.Writer.Complete();
            return writing;
        }
    }

    private async Task WriteAsync(
        System.Threading.Channels.ChannelReader<Unit> units, NetworkStream to, CancellationTokenSource cut)
    {
        try
        {
            await foreach (var unit in units.ReadAllAsync(cut.Token))
            {
                if (!await _switchboard.PassAsync(unit.Passage, cut.Token)) break;
                // Before the bytes are: whoever acts on them finds it noted.
                unit.Passed?.Invoke();
                await to.WriteAsync(unit.Bytes, cut.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The other side has gone.
        }

        await cut.CancelAsync();
    }
}
