using MassTransit;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Evaluator.Judging;
using Sgasa.Evaluator.Trials;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Work;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Evaluator;

/// <summary>Puts the evaluator into a host.</summary>
public static class EvaluatorModule
{
    /// <summary>Adds what the evaluator does its work with; it needs a store and the model clients beside it.</summary>
    public static IServiceCollection AddEvaluator(
        this IServiceCollection services, Action<EvaluatorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<EvaluatorOptions>()
            .Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(Samplers.Generator, (provider, _) => new ModelSampler(
            provider.GetRequiredKeyedService<IChatClient>(ModelRole.Generator),
            provider.GetRequiredService<IOptions<EvaluatorOptions>>().Value.MaxParallelCalls));
        services.TryAddKeyedSingleton(Samplers.Judge, (provider, _) => new ModelSampler(
            provider.GetRequiredKeyedService<IChatClient>(ModelRole.Judge),
            provider.GetRequiredService<IOptions<EvaluatorOptions>>().Value.MaxParallelJudgeCalls));
        foreach (var judge in typeof(IJudge).Assembly.GetExportedTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IJudge))))
            services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IJudge), judge));
        services.TryAddSingleton<Judges>();
        services.TryAddSingleton<PromptEvaluator>();
        return services;
    }

    /// <summary>Adds the evaluator as a configuration section says, see <see cref="EvaluatorOptions"/>.</summary>
    public static IServiceCollection AddEvaluator(this IServiceCollection services, IConfigurationSection section) =>
        services.AddEvaluator(section.Bind);

    /// <summary>
    /// Plugs in the judge of the kind <see cref="JudgeKind.Oracle"/>: a host that knows the world of its prompts says which
    /// responses are right.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="oracle">The verdict on a label, a prompt and the whole response to it, thinking and answer.</param>
    public static IServiceCollection AddOracle(
        this IServiceCollection services, Func<Label, string, string, JudgeVerdict> oracle) =>
        services.AddSingleton<IJudge>(new OracleJudge(oracle));

    /// <summary>Adds the evaluator's work to the bus.</summary>
    public static void AddEvaluatorConsumers(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddRoundWork<EvaluateCheckpoint, CheckpointEvaluated, EvaluateCheckpointWork>();
    }
}
