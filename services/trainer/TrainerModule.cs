using MassTransit;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sgasa.Hosting;
using Sgasa.Hosting.Models;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Consumers;
using Sgasa.Trainer.Device;
using Sgasa.Trainer.Jobs;

namespace Sgasa.Trainer;

/// <summary>Puts the trainer into a host. The host adds the stores, and the bus where rounds are trained.</summary>
public static class TrainerModule
{
    /// <summary>
    /// Adds the model runtime, the device worker, the job runner and the gRPC services. The model is loaded when the host
    /// starts, which fails with a <see cref="Contracts.UserErrorException"/> where the folder is no good.
    /// </summary>
    public static IServiceCollection AddTrainer(this IServiceCollection services, Action<TrainerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<TrainerOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.AddTrainingJobs();
        services.AddTrainerGrpc();
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
        endpoints.MapGrpcService<TrainingService>();
    }

    /// <summary>Lets Kestrel serve gRPC (HTTP/2 without TLS) on a Unix socket, in a folder that only this user can enter.</summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="socket">The socket's path; a socket left there by a process that was killed is replaced.</param>
    public static void ListenForTrainer(this KestrelServerOptions kestrel, string socket)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        var path = Path.GetFullPath(socket);
        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Delete(path);
        kestrel.ListenUnixSocket(path, endpoint => endpoint.Protocols = HttpProtocols.Http2);
    }

    /// <summary>Everything around training jobs but the model.</summary>
    internal static IServiceCollection AddTrainingJobs(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RoundSpecifications>();
        services.TryAddSingleton<DeviceWorker>();
        services.TryAddSingleton<CheckpointFolders>();
        services.TryAddSingleton<JobFolders>();
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
