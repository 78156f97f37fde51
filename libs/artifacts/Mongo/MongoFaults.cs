using MongoDB.Driver;

namespace Sgasa.Artifacts.Mongo;

/// <summary>Tells the driver's faults that may be gone at the next try from those that will not.</summary>
public static class MongoFaults
{
    // Server codes: its own trouble, the network, a primary that changes or shuts down, time limits, write conflicts.
    private static readonly HashSet<int> PassingCodes =
    [
        1, 6, 7, 8, 50, 64, 89, 91, 112, 134, 189, 202, 246, 262, 317, 358, 365, 384, 402,
        10_107, 11_600, 11_602, 13_435, 13_436,
    ];

    private static readonly string[] PassingLabels =
    [
        "TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError", "NetworkError",
        "SystemOverloadedError",
    ];

    /// <summary>Whether the same work may succeed a moment later.</summary>
    public static bool IsTransient(Exception fault) => fault switch
    {
        TimeoutException => true, // no server could be selected
        // A server that shuts down may say so in the middle of the greeting.
        MongoAuthenticationException refused => refused.InnerException is { } inner && IsTransient(inner),
        MongoConnectionException or MongoConnectionPoolPausedException or MongoWaitQueueFullException => true,
        MongoNotPrimaryException or MongoNodeIsRecoveringException => true,
        MongoExecutionTimeoutException or MongoCursorNotFoundException or MongoWriteConcernException => true,
        MongoException labelled when PassingLabels.Any(labelled.HasErrorLabel) => true,
        MongoCommandException command => PassingCodes.Contains(command.Code),
        MongoWriteException write => write.WriteError is { } error
            ? PassingCodes.Contains(error.Code)
            : write.WriteConcernError is not null,
        MongoBulkWriteException bulk => bulk.WriteErrors.All(e => PassingCodes.Contains(e.Code)),
        _ => false,
    };

    /// <summary>Whether a transaction ended so that all of it may be done again.</summary>
    internal static bool IsUndone(MongoException fault) =>
        fault.HasErrorLabel("TransientTransactionError") || fault.HasErrorLabel("UnknownTransactionCommitResult");

    /// <summary>Whether the server does not let this user in, or not do this.</summary>
    internal static bool IsRefusal(MongoException fault) =>
        fault is MongoAuthenticationException or MongoCommandException { Code: 13 or 18 };
}
