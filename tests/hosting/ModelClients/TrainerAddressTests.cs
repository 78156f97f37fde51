using Sgasa.Hosting.ModelClients;

namespace Sgasa.Hosting.Tests.ModelClients;

public sealed class TrainerAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("https://trainer.example:443")]
    [InlineData("unix:/run/sgasa/trainer.sock")]
    public void Fault_RightAddress_IsNull(string address)
    {
        var fault = TrainerAddress.Fault(address);

        fault.ShouldBeNull();
    }

    [Theory]
    [InlineData("trainer:5000", "'trainer:5000' is neither http://host:port nor unix:/path/to.sock.")]
    [InlineData("ftp://trainer", "'ftp://trainer' is neither http://host:port nor unix:/path/to.sock.")]
    [InlineData("unix:trainer.sock", "'unix:trainer.sock' names no absolute path after 'unix:'.")]
    public void Fault_WrongAddress_SaysWhatIsRight(string address, string expected)
    {
        var fault = TrainerAddress.Fault(address);

        fault.ShouldBe(expected);
        Should.Throw<ArgumentException>(() => TrainerAddress.Connect(address)).Message.ShouldContain(expected);
    }

    [Fact]
    public void Fault_SocketPath_MayHave107Bytes()
    {
        // "/" and 106 or 107 more; a socket's address has 108 bytes, the last of them 0.
        TrainerAddress.Fault("unix:/" + new string('a', 106)).ShouldBeNull();

        TrainerAddress.Fault("unix:/" + new string('a', 107)).ShouldNotBeNull().ShouldContain("too long for a socket");
    }
}
