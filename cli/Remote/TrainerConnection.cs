using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Microsoft.Extensions.AI;
using Sgasa.Api;
using Sgasa.Cli.Models;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Security;

namespace Sgasa.Cli.Remote;

/// <summary>The way to a deployment's trainer.</summary>
internal sealed class TrainerConnection : IDisposable
{
    private static readonly TimeSpan GreetingTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(30);

    private readonly GrpcChannel _channel;

    private TrainerConnection(GrpcChannel channel, string name) => (_channel, Name) = (channel, name);

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>Its trainings.</summary>
    public Contracts.Grpc.Training.TrainingClient Training => new(_channel);

    /// <summary>Its sampling.</summary>
    public Generation.GenerationClient Generation => new(_channel);

    /// <summary>Through a deployment's API, as gRPC-Web: any way there that carries HTTP will do.</summary>
    /// <param name="server">Where the API is.</param>
    /// <param name="key">Its key; null for none.</param>
    public static TrainerConnection Through(ServerAddress server, string? key)
    {
        // A key goes to the address that was given, and nowhere else.
        var sockets = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) };
        var options = new GrpcChannelOptions
        {
            HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new ApiCalls(sockets, server, key)),
            HttpVersion = HttpVersion.Version11,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = TrainerAddress.MaxMessageBytes,
        };
        return new TrainerConnection(GrpcChannel.ForAddress(server.Root, options), $"{server}");
    }

    /// <summary>To the trainer itself.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="secret">The deployment's shared secret; null for none.</param>
    public static TrainerConnection Direct(string address, string? secret) => new(
        TrainerAddress.Connect(address, new SecurityOptions { SharedSecret = secret ?? "" }), address);

    /// <summary>Its model, to be asked.</summary>
    public IChatClient Chat(TimeProvider time) => new GrpcChatClient(Generation, AnswerTimeout, time);

    /// <summary>Its model.</summary>
    /// <exception cref="ServerFaultException">It does not answer.</exception>
    /// <exception cref="UserErrorException">It does not know the key, or is no trainer.</exception>
    public async Task<ModelChoice> ModelAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var model = await Generation.GetModelAsync(
                new GetModelRequest(), deadline: (time.GetUtcNow() + GreetingTimeout).UtcDateTime, cancellationToken: cancellationToken);
            return ModelChoice.OfServer(model.Name, model.Fingerprint);
        }
        catch (RpcException fault)
        {
            var translated = TrainingJobClient.Translate(fault, cancellationToken);
            throw translated is ModelUnavailableException or ModelRequestException
                ? new ServerFaultException($"{Name}: {translated.Message} Check that it runs, and try again.", translated)
                : translated;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();

    /// <summary>Makes calls under the API's path, with its key.</summary>
    private sealed class ApiCalls(HttpMessageHandler inner, ServerAddress server, string? key) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = ApiRoot.Path + ApiRoot.Trainer + request.RequestUri!.AbsolutePath;
            request.RequestUri = new Uri(server.Root, path.TrimStart('/'));
            if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
