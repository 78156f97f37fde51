using System.Net;
using MassTransit;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sgasa.Contracts;
using Sgasa.Hosting;
using Sgasa.Hosting.Models;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Consumers;
using Sgasa.Trainer.Device;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Model;
using Sgasa.Trainer.Sampling;
using Sgasa.Trainer.Sessions;

namespace Sgasa.Trainer;

/// <summary>Puts the trainer into a host. The host adds the stores, and the bus where rounds are trained.</summary>
public static class TrainerModule
{
    private const string UnixScheme = "unix:";

    /// <summary>
    /// Adds the model runtime, the device worker, the job runner and the gRPC services. The model is loaded when the
    /// host
    /// starts, which fails with a <see cref="UserErrorException"/> where the folder is no good.
    /// </summary>
    public static IServiceCollection AddTrainer(this IServiceCollection services, Action<TrainerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<TrainerOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.AddTrainingJobs();
        services.AddTrainerGrpc();
        services.TryAddSingleton<ModelRuntime>();
        services.TryAddSingleton<GenerationQueue>();
        services.TryAddSingleton<ITrainingSessions, ModelTrainingSessions>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelRuntime>());
        services.AddHostedService<TrainingJobRunner>();
        return services;
    }

    /// <summary>Adds the trainer as a configuration section says, see <see cref="TrainerOptions"/>.</summary>
    public static IServiceCollection AddTrainer(this IServiceCollection services, IConfigurationSection section) =>
        services.AddTrainer(section.Bind);

    /// <summary>Adds the consumer of <c>train-checkpoint</c> to the host's bus.</summary>
    public static void AddTrainerConsumers(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddConsumer<TrainCheckpointConsumer>();
    }

    /// <summary>Maps the gRPC services.</summary>
    public static void MapTrainer(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGrpcService<GenerationService>();
        endpoints.MapGrpcService<TrainingService>();
    }

    /// <summary>
    /// Lets Kestrel serve gRPC (HTTP/2 without TLS) at an address: <c>unix:/path/to.sock</c>, or the path alone, in a
    /// folder that only this user can enter; or <c>http://host:port</c>.
    /// </summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="address">The address; a socket left there by a process that was killed is replaced.</param>
    /// <exception cref="UserErrorException">It is no such address.</exception>
    public static void ListenForTrainer(this KestrelServerOptions kestrel, string address)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentNullException.ThrowIfNull(address);
        if (Path.IsPathRooted(address)) address = UnixScheme + address;
        if (TrainerAddress.Fault(address) is { } fault)
            throw new UserErrorException($"{TrainerOptions.Section}:{nameof(TrainerOptions.Listen)} {fault}");
        if (address.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            var path = address[UnixScheme.Length..];
            MakePrivate(Path.GetDirectoryName(path)!);
            File.Delete(path);
            kestrel.ListenUnixSocket(path, Http2);
            return;
        }
        var uri = new Uri(address);
        if (uri.IsLoopback && !IPAddress.TryParse(uri.Host, out _)) kestrel.ListenLocalhost(uri.Port, Http2);
        else if (IPAddress.TryParse(uri.Host, out var ip)) kestrel.Listen(ip, uri.Port, Http2);
        else kestrel.ListenAnyIP(uri.Port, Http2);
    }

    private static void Http2(ListenOptions endpoint) => endpoint.Protocols = HttpProtocols.Http2;

    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder))
            Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Everything around training jobs but the model.</summary>
    internal static IServiceCollection AddTrainingJobs(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RoundSpecifications>();
        services.TryAddSingleton<DeviceWorker>();
        services.TryAddSingleton<CheckpointFolders>();
        services.TryAddSingleton<JobFolders>();
        services.TryAddSingleton<CheckpointArchive>();
        services.TryAddSingleton<CheckpointWriter>();
        services.TryAddSingleton<TrainingDataLoader>();
        services.TryAddSingleton<TrainingBoard>();
        services.TryAddSingleton<TrainingEvents>();
        services.TryAddSingleton<TrainingJobIntake>();
        services.TryAddSingleton<TrainingJobExecution>();
        return services;
    }

    /// <summary>The gRPC server with the mapping of faults.</summary>
    internal static IServiceCollection AddTrainerGrpc(this IServiceCollection services)
    {
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<GrpcErrors>();
            grpc.MaxReceiveMessageSize = TrainerAddress.MaxMessageBytes;
            grpc.MaxSendMessageSize = TrainerAddress.MaxMessageBytes;
        });
        return services;
    }
}
