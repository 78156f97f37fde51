using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Augmenter;
using Sgasa.Coordinator;
using Sgasa.Evaluator;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.ModelClients;
using Sgasa.Synthesizer;
using Sgasa.TinyWorld;
using Sgasa.Trainer;

namespace Sgasa.Cli.Embedding;

/// <summary>Every service of the system in one process: messages through memory, state in SQLite.</summary>
internal static class AllServices
{
    /// <summary>Adds them.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="database">The SQLite file.</param>
    /// <param name="trainerAddress">Where the trainer's gRPC is.</param>
    /// <param name="configure">The trainer's options.</param>
    public static IServiceCollection AddAllServices(
        this IServiceCollection services, string database, string trainerAddress, Action<TrainerOptions> configure) => services
        .AddSgasaDefaults()
        .AddSqliteStores(database)
        .AddModelClients(models => models.Generator.Address = trainerAddress)
        .AddSgasaBus(
            static _ => { },
            static bus =>
            {
                bus.AddCoordinatorConsumers();
                bus.AddSynthesizerConsumers();
                bus.AddAugmenterConsumers();
                bus.AddTrainerConsumers();
                bus.AddEvaluatorConsumers();
            })
        .AddTrainer(configure)
        // A round goes on when its command is given again, and no other one beside it.
        .AddCoordinator(static coordinator => coordinator.ResumeOnStart = false)
        .AddSynthesizer()
        .AddAugmenter()
        .AddEvaluator()
        .AddOracle(WorldOracle.Judge);
}
