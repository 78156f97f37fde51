using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Sgasa.Hosting.Bus;

/// <summary>MassTransit's JSON, refusing messages over a size both ways.</summary>
internal sealed class LimitedSerializer(int maxBytes) : ISerializerFactory, IMessageSerializer, IMessageDeserializer
{
    private readonly SystemTextJsonMessageSerializer _json = new();

    public ContentType ContentType => _json.ContentType;

    public IMessageSerializer CreateSerializer() => this;

    public IMessageDeserializer CreateDeserializer() => this;

    public MessageBody GetMessageBody<T>(SendContext<T> context) where T : class =>
        new Body(_json.GetMessageBody(context), typeof(T).Name, maxBytes);

    public ConsumeContext Deserialize(ReceiveContext receiveContext)
    {
        if (receiveContext.Body.Length > maxBytes)
        {
            throw new MessageRefusedException(
                $"The message has {receiveContext.Body.Length} bytes, and Bus:MaxMessageBytes is {maxBytes}.");
        }

        return _json.Deserialize(receiveContext);
    }

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        _json.Deserialize(body, headers, destinationAddress);

    public MessageBody GetMessageBody(string text) => _json.GetMessageBody(text);

    public void Probe(ProbeContext context) => _json.Probe(context);

    /// <summary>A body that is measured when the transport asks for it, which is when it is written.</summary>
    private sealed class Body(MessageBody body, string type, int maxBytes) : MessageBody
    {
        public long? Length => body.Length;

        public Stream GetStream() => new MemoryStream(GetBytes(), writable: false);

        public byte[] GetBytes()
        {
            var bytes = body.GetBytes();
            return bytes.Length <= maxBytes
                ? bytes
                : throw new MessageRefusedException(
                    $"{type} has {bytes.Length} bytes, and Bus:MaxMessageBytes is {maxBytes}: "
                    + "ask for less at once in the recipe, or raise the limit on every service.");
        }

        public string GetString() => body.GetString();
    }
}
