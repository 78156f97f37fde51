using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Sgasa.Contracts;
using Sgasa.Hosting.Models;

namespace Sgasa.Hosting.Tests;

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
    ];

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
}
