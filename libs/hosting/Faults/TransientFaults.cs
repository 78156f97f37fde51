using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using MassTransit;
using Microsoft.Data.Sqlite;
using MongoDB.Driver;
using RabbitMQ.Client.Exceptions;
using Sgasa.Artifacts.Mongo;
using Sgasa.Contracts;

namespace Sgasa.Hosting;

/// <summary>Tells faults that may be gone at the next try from those that will not.</summary>
public static class TransientFaults
{
    /// <summary>Whether the same work may succeed a moment later. What is not known to pass counts as permanent.</summary>
    public static bool IsTransient(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault switch
        {
            UserErrorException or ModelRequestException => false,
            ModelUnavailableException or TimeoutException or SocketException => true,
            TaskCanceledException { InnerException: TimeoutException } => true,
            RpcException rpc => IsTransient(rpc.StatusCode),
            HttpRequestException http => http.StatusCode is not { } status || IsTransient(status),
            SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6, // busy, locked
            MongoException mongo => MongoFaults.IsTransient(mongo),
            ConnectionException or MessageReturnedException or RabbitMQClientException => true, // the broker's
            // Something gave up that the host did not stop, e.g. a publication whose connection went away before it was confirmed.
            ConsumerCanceledException => true,
            FileNotFoundException or DirectoryNotFoundException or PathTooLongException => false,
            EndOfStreamException => false,
            IOException => true,
            AggregateException all => all.InnerExceptions.All(IsTransient),
            _ => false,
        };
    }

    /// <summary>Whether a gRPC call that ended so may succeed a moment later.</summary>
    public static bool IsTransient(StatusCode status) => status is StatusCode.Unavailable
        or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted or StatusCode.Aborted or StatusCode.Cancelled;

    /// <summary>Whether an HTTP call that ended so may succeed a moment later.</summary>
    public static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;
}
