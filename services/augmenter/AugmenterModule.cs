using MassTransit;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sgasa.Augmenter.Pairs;
using Sgasa.Augmenter.Prompts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Work;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Augmenter;

/// <summary>Puts the augmenter into a host.</summary>
public static class AugmenterModule
{
    /// <summary>Adds what the augmenter does its work with; it needs a store and the model clients beside it.</summary>
    public static IServiceCollection AddAugmenter(
        this IServiceCollection services, Action<AugmenterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<AugmenterOptions>()
            .Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddKeyedSingleton(Samplers.Generator, (provider, _) => new ModelSampler(
            provider.GetRequiredKeyedService<IChatClient>(ModelRole.Generator),
            provider.GetRequiredService<IOptions<AugmenterOptions>>().Value.MaxParallelCalls));
        services.TryAddSingleton<PromptAugmenter>();
        services.TryAddSingleton<AnswerScorer>();
        services.TryAddSingleton<SftPairBuilder>();
        services.TryAddSingleton<PreferencePairBuilder>();
        return services;
    }

    /// <summary>Adds the augmenter as a configuration section says, see <see cref="AugmenterOptions"/>.</summary>
    public static IServiceCollection AddAugmenter(this IServiceCollection services, IConfigurationSection section) =>
        services.AddAugmenter(section.Bind);

    /// <summary>Adds the augmenter's work to the bus.</summary>
    public static void AddAugmenterConsumers(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddRoundWork<AugmentPrompts, PromptAugmented, AugmentPromptsWork>();
        bus.AddRoundWork<BuildPairs, PairBuilt, BuildPairsWork>();
    }
}
