using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting;
using Sgasa.Hosting.Health;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Security;
using Sgasa.Hosting.Work;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Device;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Model;
using Sgasa.Trainer.Rounds;
using Sgasa.Trainer.Sampling;
using Sgasa.Trainer.Serving;
using Sgasa.Trainer.Specifications;
using Sgasa.Trainer.Trainings;

namespace Sgasa.Trainer;

/// <summary>Puts the trainer into a host. The host adds the stores, and the bus where rounds are trained.</summary>
public static class TrainerModule
{
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
        services.TryAddSingleton<ITrainings, ModelTrainings>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelRuntime>());
        services.AddHostedService<TrainingJobRunner>();
        return services;
    }

    /// <summary>Adds the trainer as a configuration section says, see <see cref="TrainerOptions"/>.</summary>
    public static IServiceCollection AddTrainer(this IServiceCollection services, IConfigurationSection section) =>
        services.AddTrainer(section.Bind).AddReadiness<ModelLoadedCheck>("model");

    /// <summary>Adds the trainer to a host of its own, which serves gRPC at <see cref="TrainerOptions.Listen"/>.</summary>
    public static IServiceCollection AddTrainer(this WebApplicationBuilder host)
    {
        ArgumentNullException.ThrowIfNull(host);
        host.WebHost.ConfigureKestrel(kestrel => kestrel.ListenForTrainer(
            kestrel.ApplicationServices.GetRequiredService<IOptions<TrainerOptions>>().Value.Listen,
            kestrel.ApplicationServices.GetRequiredService<IOptions<SecurityOptions>>().Value));
        return host.Services.AddTrainer(host.Configuration.GetSection(TrainerOptions.Section));
    }

    /// <summary>Adds the trainer's work to the host's bus.</summary>
    public static void AddTrainerConsumers(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddRoundWork<TrainCheckpoint, CheckpointReady, TrainCheckpointWork, TrainCheckpointDefinition>();
    }

    /// <summary>Maps the gRPC services; over TCP they ask for the shared secret, where there is one.</summary>
    public static void MapTrainer(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var security = endpoints.ServiceProvider.GetRequiredService<IOptions<SecurityOptions>>().Value;
        // The coordinator passes calls on that came by gRPC-Web.
        if (endpoints is IApplicationBuilder app) app.UseGrpcWeb();
        endpoints.MapGrpcService<GenerationService>().EnableGrpcWeb().RequireSharedSecret(security);
        endpoints.MapGrpcService<TrainingService>().EnableGrpcWeb().RequireSharedSecret(security);
    }

    /// <summary>Everything around training jobs but the model.</summary>
    internal static IServiceCollection AddTrainingJobs(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RoundSpecifications>();
        services.TryAddSingleton<DeviceWorker>();
        services.TryAddSingleton<CheckpointFolders>();
        services.TryAddSingleton<JobFolders>();
        services.TryAddSingleton<TrainingUploads>();
        services.TryAddSingleton<CheckpointArchive>();
        services.TryAddSingleton<CheckpointWriter>();
        services.TryAddSingleton<TrainingDataLoader>();
        services.TryAddSingleton<TrainingBoard>();
        services.TryAddSingleton<TrainingEvents>();
        services.TryAddSingleton<TrainingJobIntake>();
        services.TryAddSingleton<JobAdmission>();
        services.TryAddSingleton<TrainingJobExecution>();
        return services;
    }

    /// <summary>The gRPC server with the mapping of faults.</summary>
    internal static IServiceCollection AddTrainerGrpc(this IServiceCollection services)
    {
        services.AddOptions<SecurityOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<GrpcErrors>();
            grpc.MaxReceiveMessageSize = TrainerAddress.MaxMessageBytes;
            grpc.MaxSendMessageSize = TrainerAddress.MaxMessageBytes;
        });
        return services;
    }
}
