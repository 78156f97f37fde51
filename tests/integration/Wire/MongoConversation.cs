using System.Buffers.Binary;
using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace Sgasa.Integration.Tests.Wire;

/// <summary>MongoDB's wire protocol: a question is an OP_MSG with a command, an answer names the question's number.</summary>
/// <param name="replica">Who asks.</param>
/// <param name="transactions">Hears of what is asked and answered in a transaction.</param>
internal sealed class MongoConversation(string replica, OpenTransactions transactions) : IConversation, IDisposable
{
    private const int HeaderLength = 16, Message = 2013;

    private readonly FrameBuffer _questions = new(LengthOf), _answers = new(LengthOf);
    private readonly ConcurrentDictionary<int, Passage> _asked = new();

    public Passage End { get; } = Passage.Unread(replica, Route.Database);

    public IEnumerable<Unit> FromReplica(ReadOnlyMemory<byte> bytes) => _questions.Frames(bytes).Select(frame =>
    {
        var (number, command) = (Number(frame, 4), Command(frame));
        var question = command is null ? Passage.Unread(replica, Route.Database) : Read(command, frame);
        if (question.Kind == PassageKind.Question) _asked[number] = question;
        // What is held is not asked yet.
        return new Unit(question, frame, command is null ? null : () => transactions.Ask(this, number, command));
    });

    public IEnumerable<Unit> FromServer(ReadOnlyMemory<byte> bytes) => _answers.Frames(bytes).Select(frame =>
    {
        var number = Number(frame, 8);
        transactions.Answer(this, number);
        return new Unit(
            _asked.TryRemove(number, out var question)
                ? question with { Kind = PassageKind.Answer }
                : Passage.Unread(replica, Route.Database),
            frame);
    });

    public void Dispose() => transactions.Forget(this);

    private static int? LengthOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length < sizeof(int) ? null : BinaryPrimitives.ReadInt32LittleEndian(bytes);

    private static int Number(byte[] frame, int at) => BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(at));

    /// <summary>The command of a question, without what it carries in sections of its own; null where it is none.</summary>
    private static RawBsonDocument? Command(byte[] frame)
    {
        const int document = HeaderLength + sizeof(int) + 1; // after the flags and the kind of the first section
        return Number(frame, 12) == Message && frame.Length > document && frame[document - 1] == 0
            ? new RawBsonDocument(frame[document..(document + Number(frame, document))])
            : null;
    }

    private Passage Read(RawBsonDocument command, byte[] frame)
    {
        var first = command.GetElement(0);
        // What a command carries in sections of its own follows it: read only where somebody asks.
        return first.Value.IsString
            ? new Passage(replica, Route.Database, PassageKind.Question, $"{first.Name} {first.Value.AsString}", () => Json(frame))
            : Passage.Unread(replica, Route.Database);
    }

    private static string Json(byte[] frame)
    {
        var all = new BsonDocument();
        for (var at = HeaderLength + sizeof(int); at < frame.Length;)
        {
            var inDocument = frame[at++] == 0;
            var end = at + Number(frame, at);
            if (inDocument)
            {
                all.Merge(Document(frame, at));
            }
            else
            {
                var name = at + sizeof(int);
                at = Array.IndexOf(frame, (byte)0, name) + 1;
                var documents = new BsonArray();
                for (; at < end; at += Number(frame, at)) documents.Add(Document(frame, at));
                all[System.Text.Encoding.UTF8.GetString(frame, name, Array.IndexOf(frame, (byte)0, name) - name)] = documents;
            }

            at = end;
        }

        return all.ToJson(new JsonWriterSettings { OutputMode = JsonOutputMode.RelaxedExtendedJson });
    }

    private static BsonDocument Document(byte[] frame, int at) =>
        BsonSerializer.Deserialize<BsonDocument>(frame[at..(at + Number(frame, at))]);
}
