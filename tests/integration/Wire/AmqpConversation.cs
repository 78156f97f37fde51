using System.Text.Json;

namespace Sgasa.Integration.Tests.Wire;

/// <summary>
/// AMQP 0-9-1: a message is a method with a header and a body behind it, and passes as a whole; acknowledgements and
/// confirmations name it by a number of its channel.
/// </summary>
internal sealed class AmqpConversation(string replica, Switchboard switchboard) : IConversation, IDisposable
{
    private readonly FrameBuffer _fromReplica = new(AmqpFrame.LengthOf), _fromServer = new(AmqpFrame.LengthOf);
    private readonly Dictionary<int, Content> _sending = [], _receiving = [];
    private readonly Lock _turn = new();
    private readonly Dictionary<(int Channel, string Tag), string> _queues = [];
    private readonly Dictionary<int, Queue<string>> _consumes = [];
    private readonly Dictionary<int, ulong> _published = [];
    private readonly Dictionary<(int Channel, ulong Number), Passage> _unconfirmed = [], _unacknowledged = [];
    private readonly HashSet<Passage> _inHand = new(ReferenceEqualityComparer.Instance);

    public Passage End { get; } = Wire.Passage.Unread(replica, Route.Broker);

    public IEnumerable<Unit> FromReplica(ReadOnlyMemory<byte> bytes)
    {
        foreach (var frame in _fromReplica.Frames(bytes).Select(b => new AmqpFrame(b)))
            foreach (var unit in Collect(_sending, frame, AmqpFrame.Publish, Published) ?? Sent(frame))
                yield return unit;
    }

    public IEnumerable<Unit> FromServer(ReadOnlyMemory<byte> bytes)
    {
        foreach (var frame in _fromServer.Frames(bytes).Select(b => new AmqpFrame(b)))
            foreach (var unit in Collect(_receiving, frame, AmqpFrame.Deliver, Delivered) ?? Received(frame))
                yield return unit;
    }

    /// <summary>The broker has back what was not acknowledged, and what was, but in vain.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            foreach (var delivery in _inHand) switchboard.PutDown(delivery);
        }
    }

    /// <summary>Null where the frame is no part of a message of that method.</summary>
    private IEnumerable<Unit>? Collect(
        Dictionary<int, Content> under, AmqpFrame frame, int method, Func<AmqpFrame, Func<string>, (Passage, Action?)> read)
    {
        if (frame.Method == method) under[frame.Channel] = new Content(frame);
        if (!under.TryGetValue(frame.Channel, out var whole)) return null;
        if (frame.Method != method)
        {
            if (frame.Type is not (AmqpFrame.HeaderType or AmqpFrame.BodyType)) return null;
            whole.Add(frame);
        }

        if (!whole.IsWhole) return [];

        under.Remove(frame.Channel);
        lock (_turn)
        {
            var (passage, passed) = read(whole.Method, whole.Json);
            return [new Unit(passage, whole.Bytes, passed)];
        }
    }

    private (Passage, Action?) Published(AmqpFrame method, Func<string> body)
    {
        var (exchange, key) = (method.SkipShort().NextText(), method.NextText());
        var passage = Passage(PassageKind.Publication, exchange.Length > 0 ? exchange.Split(':')[^1] : key, body);
        if (_published.TryGetValue(method.Channel, out var number))
        {
            _published[method.Channel] = number + 1;
            _unconfirmed[(method.Channel, number + 1)] = passage;
        }

        return (passage, null);
    }

    private (Passage, Action?) Delivered(AmqpFrame method, Func<string> body)
    {
        var (tag, number) = (method.NextText(), method.NextNumber());
        var passage = Passage(PassageKind.Delivery, _queues.GetValueOrDefault((method.Channel, tag), tag), body);
        _unacknowledged[(method.Channel, number)] = passage;
        return (passage, () => PickUp(passage));
    }

    private void PickUp(Passage delivery)
    {
        lock (_turn) _inHand.Add(delivery);
        switchboard.PickUp(delivery);
    }

    private void PutDown(List<Passage> settled)
    {
        foreach (var delivery in settled)
        {
            lock (_turn) _inHand.Remove(delivery);
            switchboard.PutDown(delivery);
        }
    }

    private IEnumerable<Unit> Sent(AmqpFrame frame)
    {
        lock (_turn)
        {
            switch (frame.Method)
            {
                case AmqpFrame.ConfirmSelect:
                    _published[frame.Channel] = 0;
                    break;
                case AmqpFrame.Consume:
                    var (queue, tag) = (frame.SkipShort().NextText(), frame.NextText());
                    if (tag.Length > 0) _queues[(frame.Channel, tag)] = queue;
                    else (_consumes.TryGetValue(frame.Channel, out var waiting) ? waiting : _consumes[frame.Channel] = new()).Enqueue(queue);
                    break;
                case AmqpFrame.Ack or AmqpFrame.Nack or AmqpFrame.Reject:
                    var settled = Settled(_unacknowledged, frame);
                    return [new Unit(
                        settled.Count == 0 ? End : settled[0] with { Kind = PassageKind.Acknowledgement },
                        frame.Bytes,
                        () => PutDown(settled))];
            }
        }

        return [new Unit(End, frame.Bytes)];
    }

    private IEnumerable<Unit> Received(AmqpFrame frame)
    {
        lock (_turn)
        {
            if (frame.Method == AmqpFrame.ConsumeOk && _consumes.TryGetValue(frame.Channel, out var waiting) && waiting.Count > 0)
                _queues[(frame.Channel, frame.NextText())] = waiting.Dequeue();
            if (frame.Method == AmqpFrame.Ack && Settled(_unconfirmed, frame) is [var first, ..])
                return [new Unit(first with { Kind = PassageKind.Confirmation }, frame.Bytes)];
        }

        return [new Unit(End, frame.Bytes)];
    }

    private static List<Passage> Settled(Dictionary<(int Channel, ulong Number), Passage> open, AmqpFrame frame)
    {
        var number = frame.NextNumber();
        var andBefore = frame.Method != AmqpFrame.Reject && (frame.NextByte() & 1) == 1;
        var settled = open.Keys
            .Where(k => k.Channel == frame.Channel && (k.Number == number || (andBefore && (number == 0 || k.Number < number))))
            .Order().ToList();
        var passages = settled.ConvertAll(k => open[k]);
        foreach (var key in settled) open.Remove(key);
        return passages;
    }

    private Passage Passage(PassageKind kind, string subject, Func<string> body) => new(replica, Route.Broker, kind, subject, body);

    /// <summary>A method with the frames of its message.</summary>
    private sealed class Content(AmqpFrame method)
    {
        private readonly List<AmqpFrame> _frames = [method];

        public AmqpFrame Method => method;

        public bool IsWhole => _frames.Count > 1
            && _frames.Skip(2).Sum(f => (long)f.Payload.Length) >= _frames[1].ContentLength;

        public byte[] Bytes => [.. _frames.SelectMany(f => f.Bytes)];

        public void Add(AmqpFrame frame) => _frames.Add(frame);

        // The message itself, out of MassTransit's envelope.
        public string Json()
        {
            byte[] body = [.. _frames.Skip(2).SelectMany(f => f.Payload.ToArray())];
            try
            {
                using var envelope = JsonDocument.Parse(body);
                return envelope.RootElement.GetProperty("message").GetRawText();
            }
            catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                return "{}";
            }
        }
    }
}
