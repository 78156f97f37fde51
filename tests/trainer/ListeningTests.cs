using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sgasa.Contracts;
using Sgasa.Hosting.Security;

namespace Sgasa.Trainer.Tests;

public class ListeningTests
{
    [Fact]
    public void ListenForTrainer_Socket_IsInAFolderOfThisUserAlone()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = new TemporaryFolder();
        var secret = Path.Combine(folder, "secret");

        new KestrelServerOptions().ListenForTrainer($"unix:{secret}/grpc.sock");

        File.GetUnixFileMode(secret).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Theory]
    [InlineData("unix:relative.sock")]
    [InlineData("ftp://here")]
    [InlineData("here")]
    public void ListenForTrainer_NoAddress_SaysSo(string address) =>
        Should.Throw<UserErrorException>(() => new KestrelServerOptions().ListenForTrainer(address))
            .Message.ShouldStartWith($"Trainer:Listen '{address}'");

    [Theory]
    [InlineData("http://0.0.0.0:5600", false)]
    [InlineData("http://[::]:5600", false)]
    [InlineData("http://trainer:5600", false)]
    [InlineData("http://0.0.0.0:5600", true)] // certificates count for https alone
    public void ListenForTrainer_OtherMachinesWithoutASecret_IsRefused(string address, bool authority)
    {
        var security = new SecurityOptions { Tls = { CaFile = authority ? "ca.pem" : "" } };

        Should.Throw<UserErrorException>(() => new KestrelServerOptions().ListenForTrainer(address, security))
            .Message.ShouldContain("Security:SharedSecret is empty");
    }

    [Theory]
    [InlineData("http://0.0.0.0:5600", "a-secret-of-this-test-alone", false)]
    [InlineData("http://0.0.0.0:5600", "", true)]
    [InlineData("http://127.0.0.1:5600", "", false)]
    [InlineData("http://localhost:5600", "", false)]
    public void ListenForTrainer_KnownCallersOrThisMachine_Listens(string address, string secret, bool anybody) =>
        Should.NotThrow(() => new KestrelServerOptions().ListenForTrainer(
            address, new SecurityOptions { SharedSecret = secret, AllowUnauthenticated = anybody }));
}
