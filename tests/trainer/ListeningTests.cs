using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sgasa.Contracts;

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
}
