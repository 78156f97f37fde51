using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using MassTransit;
using Microsoft.Data.Sqlite;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Connections;
using MongoDB.Driver.Core.Servers;
using Sgasa.Contracts;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Hosting.Tests.Faults;

public sealed class TransientFaultsTests
{
    public static TheoryData<Exception> Passing =>
    [
        new ModelUnavailableException("busy"),
        new TimeoutException(),
        new IOException("The connection was reset."),
        new SocketException((int)SocketError.ConnectionRefused),
        new HttpRequestException("no answer"),
        new HttpRequestException("bad gateway", null, HttpStatusCode.BadGateway),
        new RpcException(new Status(StatusCode.Unavailable, "")),
        new SqliteException("database is locked", 5),
        new TaskCanceledException("timeout", new TimeoutException()),
        new AggregateException(new TimeoutException(), new IOException()),
        new ConsumerCanceledException("The operation was canceled by the consumer."),
        new MongoConnectionException(Connection, "reset", new IOException()),
        new MongoNotPrimaryException(Connection, new BsonDocument("find", "x"), new BsonDocument("ok", 0)),
        new MongoNodeIsRecoveringException(Connection, new BsonDocument("find", "x"), new BsonDocument("ok", 0)),
        new MongoExecutionTimeoutException(Connection, "too slow"),
        MongoCommand(112), // write conflict
        MongoCommand(11_600), // interrupted at shutdown
        new MongoAuthenticationException(Connection, "shutting down", MongoCommand(91)),
        Labelled("TransientTransactionError"),
        Labelled("RetryableWriteError"),
    ];

    public static TheoryData<Exception> Lasting =>
    [
        new ModelRequestException("no such checkpoint"),
        new UserErrorException("mend it"),
        new Artifacts.ArtifactNotFoundException("Guideline", "g"),
        new HttpRequestException("not found", null, HttpStatusCode.NotFound),
        new RpcException(new Status(StatusCode.InvalidArgument, "")),
        new SqliteException("constraint failed", 19),
        new FileNotFoundException(),
        new InvalidOperationException(),
        new OperationCanceledException(),
        new AggregateException(new TimeoutException(), new InvalidOperationException()),
        new MongoAuthenticationException(Connection, "wrong password"),
        new MongoAuthenticationException(Connection, "wrong password", MongoCommand(18)),
        new MongoConfigurationException("no such option"),
        MongoCommand(13), // not authorized
        MongoCommand(11_000), // duplicate key
        Labelled("Another"),
    ];

    private static ConnectionId Connection =>
        new(new ServerId(new ClusterId(1), new DnsEndPoint("localhost", 27_017)));

    [Theory]
    [MemberData(nameof(Passing), DisableDiscoveryEnumeration = true)]
    public void IsTransient_FaultThatMayPass_IsTrue(Exception fault)
    {
        TransientFaults.IsTransient(fault).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Lasting), DisableDiscoveryEnumeration = true)]
    public void IsTransient_FaultThatStays_IsFalse(Exception fault)
    {
        TransientFaults.IsTransient(fault).ShouldBeFalse();
    }

    private static MongoCommandException MongoCommand(int code) => new(
        Connection, "failed", new BsonDocument("find", "x"), new BsonDocument { ["ok"] = 0, ["code"] = code });

    private static MongoException Labelled(string label)
    {
        var fault = new MongoException("failed");
        fault.AddErrorLabel(label);
        return fault;
    }
}
