using RabbitMQ.Client;

namespace Sgasa.Bench.Messaging;

/// <summary>The broker to measure on.</summary>
/// <param name="Uri">As <c>amqp://user:password@host:port/virtual-host</c>.</param>
internal sealed record BrokerAddress(Uri Uri)
{
    public string Username => Uri.UnescapeDataString(Uri.UserInfo.Split(':')[0]);

    public string Password => Uri.UnescapeDataString(Uri.UserInfo.Split(':')[^1]);

    public int Port => Uri.IsDefaultPort ? 5672 : Uri.Port;

    public string VirtualHost => Uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(Uri.AbsolutePath[1..]) : "/";

    public Task<IConnection> ConnectAsync() => new ConnectionFactory
    {
        HostName = Uri.Host,
        Port = Port,
        VirtualHost = VirtualHost,
        UserName = Username,
        Password = Password,
    }.CreateConnectionAsync();
}
