using MassTransit;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sgasa.Evaluator.Consumers;
using Sgasa.Evaluator.Judging;
using Sgasa.Evaluator.Trials;
using Sgasa.Hosting.Models;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Evaluator;

/// <summary>Puts the evaluator into a host.</summary>
public static class EvaluatorModule
{
    /// <summary>The key of the evaluator's own <see cref="ModelSampler"/>.</summary>
    internal const string Sampler = "evaluator";

    /// <summary>The key of the <see cref="ModelSampler"/> that asks the judge model.</summary>
    internal const string JudgeSampler = "evaluator-judge";

    /// <summary>Adds what the evaluator does its work with; it needs a store and the model clients beside it.</summary>
    public static IServiceCollection AddEvaluator(
        this IServiceCollection services, Action<EvaluatorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<EvaluatorOptions>()
            .Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(Sampler, (provider, _) => new ModelSampler(
            provider.GetRequiredKeyedService<IChatClient>(ModelRole.Generator),
            provider.GetRequiredService<IOptions<EvaluatorOptions>>().Value.MaxParallelCalls));
        services.TryAddKeyedSingleton(JudgeSampler, (provider, _) => new ModelSampler(
            provider.GetRequiredKeyedService<IChatClient>(ModelRole.Judge),
            provider.GetRequiredService<IOptions<EvaluatorOptions>>().Value.MaxParallelJudgeCalls));
        services.TryAddSingleton<IOracle, TinyWorldOracle>();
        services.TryAddSingleton<OracleJudge>();
        services.TryAddSingleton<RulesJudge>();
        services.TryAddSingleton<ModelJudge>();
        services.TryAddSingleton<Judges>();
        services.TryAddSingleton<PromptEvaluator>();
        return services;
    }

    /// <summary>Adds the evaluator as a configuration section says, see <see cref="EvaluatorOptions"/>.</summary>
    public static IServiceCollection AddEvaluator(this IServiceCollection services, IConfigurationSection section) =>
        services.AddEvaluator(section.Bind);

    /// <summary>Adds the evaluator's consumer to the bus.</summary>
    public static void AddEvaluatorConsumers(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddConsumer<EvaluateCheckpointConsumer>();
    }
}
