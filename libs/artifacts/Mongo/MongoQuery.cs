using MongoDB.Bson;

namespace Sgasa.Artifacts.Mongo;

/// <summary>An index of a collection.</summary>
/// <param name="Collection">The collection.</param>
/// <param name="Keys">Fields in order, each with 1 or -1.</param>
internal sealed record MongoIndex(string Collection, BsonDocument Keys)
{
    /// <summary>The index that every collection has by itself.</summary>
    public static MongoIndex OfIds(string collection) => new(collection, new BsonDocument("_id", 1));

    /// <summary>Whether the server makes it unasked.</summary>
    public bool IsBuiltIn => Keys.ElementCount == 1 && Keys.GetElement(0).Name == "_id";
}

/// <summary>The shape of a query, declared with the index that serves it.</summary>
/// <param name="Name">What it asks for, in words.</param>
/// <param name="Index">The index: it begins with the compared fields, and goes on with those of the order.</param>
internal sealed record MongoQuery(string Name, MongoIndex Index)
{
    /// <summary>The collection asked.</summary>
    public string Collection => Index.Collection;

    /// <summary>The fields compared through the index, with a value, some values or a range.</summary>
    public IReadOnlyList<string> Compared { get; init; } = [];

    /// <summary>The order of the results; null where it does not matter.</summary>
    public BsonDocument? Sort { get; init; }

    /// <summary>What else must hold for the few documents that the index finds.</summary>
    public BsonDocument Rest { get; init; } = [];

    /// <summary>The filter for these values of the compared fields, and <paramref name="rest"/> besides.</summary>
    public BsonDocument Filter(IReadOnlyList<BsonValue> values, BsonDocument? rest = null)
    {
        var filter = new BsonDocument(Compared.Zip(values, (field, value) => new BsonElement(field, value)));
        return filter.AddRange(rest ?? Rest);
    }
}
