using System.Reflection;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Augmenter;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator;
using Sgasa.Evaluator;
using Sgasa.Hosting.Work;
using Sgasa.Synthesizer;
using Sgasa.Trainer;

namespace Sgasa.Architecture.Tests;

/// <summary>What a round's messages need is there, for all of them: what is forgotten for a new one fails here.</summary>
public sealed class RegistrationTests
{
    private static readonly Assembly[] Services =
    [
        .. new[] { "Synthesizer", "Augmenter", "Trainer", "Evaluator" }.Select(name => Assembly.Load($"Sgasa.{name}")),
    ];

    [Fact]
    public void Commands_EachOne_IsTheWorkOfOneService()
    {
        var work = Services.SelectMany(s => s.GetTypes()).SelectMany(WorkOf).ToList();

        work.ShouldBe(RoundMessages.Commands, ignoreOrder: true);
    }

    [Fact]
    public void Commands_EachOne_HasAConsumerInTheProcessOfAllServices()
    {
        var services = new ServiceCollection();
        services.AddMassTransit(bus =>
        {
            bus.AddCoordinatorConsumers();
            bus.AddSynthesizerConsumers();
            bus.AddAugmenterConsumers();
            bus.AddTrainerConsumers();
            bus.AddEvaluatorConsumers();
        });

        var consumed = services.Select(s => s.ServiceType)
            .Where(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(RoundWorkConsumer<,>))
            .Select(t => t.GenericTypeArguments[0]);

        consumed.ShouldBe(RoundMessages.Commands, ignoreOrder: true);
    }

    [Fact]
    public void Messages_EachOne_CanBeStored()
    {
        foreach (var message in RoundMessages.Commands.Concat(RoundMessages.Events))
            ContractsJson.Default.GetTypeInfo(message).ShouldNotBeNull(message.Name);
    }

    private static IEnumerable<Type> WorkOf(Type type) => type.GetInterfaces()
        .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRoundWork<,>))
        .Select(i => i.GenericTypeArguments[0]);
}
