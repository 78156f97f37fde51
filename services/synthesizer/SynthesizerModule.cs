using MassTransit;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Work;
using Sgasa.Prompting.Sampling;
using Sgasa.Synthesizer.Guidelines;

namespace Sgasa.Synthesizer;

/// <summary>Puts the synthesizer into a host.</summary>
public static class SynthesizerModule
{
    /// <summary>
    /// Adds what the synthesizer does its work with; it needs a store and the model clients beside it.
    /// </summary>
    public static IServiceCollection AddSynthesizer(
        this IServiceCollection services, Action<SynthesizerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SynthesizerOptions>()
            .Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddKeyedSingleton(Samplers.Generator, (provider, _) => new ModelSampler(
            provider.GetRequiredKeyedService<IChatClient>(ModelRole.Generator),
            provider.GetRequiredService<IOptions<SynthesizerOptions>>().Value.MaxParallelCalls));
        services.TryAddSingleton<GuidelineVerifier>();
        services.TryAddSingleton<GuidelineSynthesizer>();
        return services;
    }

    /// <summary>Adds the synthesizer as a configuration section says, see <see cref="SynthesizerOptions"/>.</summary>
    public static IServiceCollection AddSynthesizer(this IServiceCollection services, IConfigurationSection section) =>
        services.AddSynthesizer(section.Bind);

    /// <summary>Adds the synthesizer's work to the bus.</summary>
    public static void AddSynthesizerConsumers(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddRoundWork<SynthesizeGuideline, GuidelineSynthesized, SynthesizeGuidelineWork>();
    }
}
