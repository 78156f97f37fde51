using System.Reflection;
using MassTransit;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Bus;

/// <summary>The command that a queue's message holds.</summary>
/// <param name="RoundId">Its round.</param>
/// <param name="Name">Its name and place in the round, e.g. <c>SynthesizeGuideline 3-0</c>.</param>
internal sealed record WorkInHand(string RoundId, string Name);

/// <summary>Leaves a note of the command for <see cref="WorkFailedFilter"/>, which sees a message only from outside.</summary>
internal sealed class WorkInHandFilter(Type commandType) : IFilter<ConsumeContext>
{
    private readonly Func<ConsumeContext, IRoundCommand?> _read = typeof(WorkInHandFilter)
        .GetMethod(nameof(Read), BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(commandType)
        .CreateDelegate<Func<ConsumeContext, IRoundCommand?>>();

    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (_read(context) is { } command)
            context.ReceiveContext.GetOrAddPayload(() => new WorkInHand(command.RoundId, command.Work));
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("workInHand");

    private static IRoundCommand? Read<T>(ConsumeContext context) where T : class, IRoundCommand =>
        context.TryGetMessage<T>(out var command) ? command.Message : null;
}
