using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenAI;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting.Health;
using Sgasa.Hosting.Security;
using Sgasa.Hosting.Telemetry;

namespace Sgasa.Hosting.ModelClients;

/// <summary>Puts the model of each role into a host.</summary>
public static class ModelClientsRegistration
{
    /// <summary>
    /// Adds an <see cref="IChatClient"/> for each <see cref="ModelRole"/>, which is its key:
    /// <c>[FromKeyedServices(ModelRole.Generator)] IChatClient generator</c>.
    /// </summary>
    public static IServiceCollection AddModelClients(this IServiceCollection services, Action<ModelClientsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ModelClientsOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<SecurityOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<TrainerChannels>();
        foreach (var role in Enum.GetValues<ModelRole>())
            services.TryAddKeyedSingleton<IChatClient>(role, (provider, _) => Make(provider, role));
        return services;
    }

    /// <summary>Adds the models as a configuration section says, see <see cref="ModelClientsOptions"/>.</summary>
    public static IServiceCollection AddModelClients(this IServiceCollection services, IConfigurationSection section) =>
        services.AddModelClients(section.Bind);

    /// <summary>Lets the host be ready only while its models answer.</summary>
    public static IServiceCollection AddModelReadiness(this IServiceCollection services) =>
        services.AddReadiness<ModelCheck>("model");

    private static OpenTelemetryChatClient Make(IServiceProvider provider, ModelRole role)
    {
        var endpoint = provider.GetRequiredService<IOptions<ModelClientsOptions>>().Value.Of(role);
        return new OpenTelemetryChatClient(Connect(provider, endpoint), logger: null, SgasaTelemetry.Name)
        {
            // What the environment says about it counts for nothing: prompts come from attack logs.
            EnableSensitiveData = false,
        };
    }

    private static IChatClient Connect(IServiceProvider provider, ModelEndpointOptions endpoint) =>
        endpoint.Kind switch
        {
            ModelEndpointKind.Trainer => new GrpcChatClient(
                new Generation.GenerationClient(provider.GetRequiredService<TrainerChannels>().To(endpoint.Address)),
                endpoint.Timeout,
                provider.GetRequiredService<TimeProvider>()),
            ModelEndpointKind.OpenAI => MakeOpenAI(endpoint),
            _ => throw new NotSupportedException($"{endpoint.Kind} is no kind of model endpoint."),
        };

    private static OpenAIFaultsChatClient MakeOpenAI(ModelEndpointOptions endpoint)
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = new Uri(endpoint.Address),
            NetworkTimeout = endpoint.Timeout,
            // What is tried again, and how often, is the consumers' to say.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        };
        var client = new OpenAIClient(new ApiKeyCredential(endpoint.ApiKey()), options);
        return new OpenAIFaultsChatClient(client.GetChatClient(endpoint.Model).AsIChatClient(), endpoint.Address);
    }
}
