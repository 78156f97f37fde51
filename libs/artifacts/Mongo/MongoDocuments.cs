using System.Text;
using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Driver;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts.Mongo;

/// <summary>Documents as they lie in MongoDB: the id as <c>_id</c>, the version of their shape, and their fields.</summary>
internal static class MongoDocuments
{
    public const string SchemaVersion = "schemaVersion";

    /// <summary>How text is written: half a surrogate pair, which is no text, becomes U+FFFD, as in SQLite.</summary>
    public static readonly UTF8Encoding TextEncoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private static readonly BsonBinaryWriterSettings Writing = new() { Encoding = TextEncoding };

    /// <summary>An artifact as a document: the fields of its JSON.</summary>
    /// <exception cref="DocumentTooLargeException">It is too large for one.</exception>
    public static BsonDocument Of<T>(T artifact) where T : class, IArtifact
    {
        using var json = JsonDocument.Parse(ArtifactKind.Write(artifact));
        var fields = JsonBson.ToBson(json.RootElement);
        fields.Remove("id");
        var document = new BsonDocument { ["_id"] = artifact.Id, [SchemaVersion] = ArtifactKind.Of<T>().Schema };
        return Checked(document.AddRange(fields), typeof(T).Name);
    }

    /// <summary>The artifact of a document; fields that this version does not know are skipped.</summary>
    /// <exception cref="UserErrorException">A newer version of this program wrote it.</exception>
    public static T Read<T>(BsonDocument document) where T : class, IArtifact
    {
        CheckVersion(document, ArtifactKind.Of<T>().Schema, typeof(T).Name);
        document.SetElement(0, new BsonElement("id", document["_id"]));
        document.Remove("_id");
        document.Remove(SchemaVersion);
        return ArtifactKind.Read<T>(JsonBson.ToJson(document).Span);
    }

    /// <summary>Lets a document pass that fits.</summary>
    /// <param name="document">The document, with its id.</param>
    /// <param name="kind">What it is, for the message.</param>
    /// <exception cref="DocumentTooLargeException">It is larger than MongoDB takes.</exception>
    public static BsonDocument Checked(BsonDocument document, string kind)
    {
        // Room for what the server adds.
        var bytes = document.ToBson(writerSettings: Writing).LongLength;
        if (bytes > DocumentTooLargeException.MaxBytes - 1_024)
            throw new DocumentTooLargeException($"{kind} '{document["_id"]}'", bytes);
        return document;
    }

    /// <summary>Lets a document pass that this program can read.</summary>
    /// <exception cref="UserErrorException">A newer version of this program wrote it.</exception>
    public static void CheckVersion(BsonDocument document, int known, string kind)
    {
        var version = document.GetValue(SchemaVersion, 1).ToInt64();
        if (version > known)
        {
            throw new UserErrorException(
                $"{kind} '{document["_id"]}' in the database is of a newer version of SGASA (schema {version}, this one "
                + $"knows {known}): use that version.");
        }
    }

    /// <summary>A time as text that sorts as time does.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O");

    /// <summary>The time of such a text.</summary>
    public static DateTimeOffset Time(BsonValue text) =>
        DateTimeOffset.Parse(text.AsString, styles: System.Globalization.DateTimeStyles.RoundtripKind);

    /// <summary>Whether a write failed because the id is taken.</summary>
    public static bool IsDuplicate(MongoException fault) => fault switch
    {
        MongoWriteException write => write.WriteError?.Category == ServerErrorCategory.DuplicateKey,
        MongoBulkWriteException bulk => bulk.WriteErrors.Any(e => e.Category == ServerErrorCategory.DuplicateKey),
        MongoCommandException command => command.Code == 11_000,
        _ => false,
    };
}
