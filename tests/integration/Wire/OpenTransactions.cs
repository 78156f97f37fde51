using MongoDB.Bson;

namespace Sgasa.Integration.Tests.Wire;

/// <summary>
/// The transactions that a replica has open in MongoDB, as the wire tells. When it dies, the database keeps them and what they
/// lock for a minute (<c>transactionLifetimeLimitSeconds</c>); whoever knows them can end them.
/// </summary>
internal sealed class OpenTransactions
{
    private readonly Lock _turn = new();
    private readonly HashSet<BsonDocument> _sessions = [];
    private readonly Dictionary<(MongoConversation, int), (BsonDocument Session, bool Ends)> _asked = [];

    /// <summary>Whether the database is at work in one of them.</summary>
    public bool IsAtWork
    {
        get
        {
            lock (_turn) return _asked.Count > 0;
        }
    }

    /// <summary>Notes that a question has been sent on to the database.</summary>
    /// <param name="conversation">Where.</param>
    /// <param name="number">Its number there.</param>
    /// <param name="command">The command; of no interest if it belongs to no transaction.</param>
    public void Ask(MongoConversation conversation, int number, RawBsonDocument command)
    {
        // Only a transaction's commands say so.
        if (!command.TryGetValue("autocommit", out _)) return;
        var session = new BsonDocument("id", command["lsid"]["id"]);
        lock (_turn)
        {
            _sessions.Add(session);
            _asked[(conversation, number)] = (session, command.GetElement(0).Name is "commitTransaction" or "abortTransaction");
        }
    }

    /// <summary>Notes that a question has been answered.</summary>
    public void Answer(MongoConversation conversation, int number)
    {
        lock (_turn)
        {
            if (_asked.Remove((conversation, number), out var asked) && asked.Ends) _sessions.Remove(asked.Session);
        }
    }

    /// <summary>Notes that a connection has ended: what was asked there gets no answer.</summary>
    public void Forget(MongoConversation conversation)
    {
        lock (_turn)
        {
            foreach (var question in _asked.Keys.Where(q => q.Item1 == conversation).ToList()) _asked.Remove(question);
        }
    }

    /// <summary>The sessions of those that are open, which are noted no longer.</summary>
    public IReadOnlyList<BsonDocument> TakeSessions()
    {
        lock (_turn)
        {
            BsonDocument[] open = [.. _sessions];
            _sessions.Clear();
            return open;
        }
    }
}
