using Microsoft.Extensions.AI;
using Sgasa.Contracts;
using Sgasa.Contracts.Grpc;
using Sgasa.Modeling;

namespace Sgasa.Hosting.ModelClients;

/// <summary>Says a chat in the words of the trainer's <c>Generation</c> service.</summary>
internal static class GenerateRequests
{
    // The paper's sampling, for what the caller leaves open.
    private static readonly SamplingConfig Defaults = Recipe.DefaultSampling;

    /// <summary>The request for a chat.</summary>
    /// <exception cref="ModelRequestException">The chat asks for something that the trainer can't do.</exception>
    public static GenerateRequest From(IEnumerable<ChatMessage> messages, ChatOptions? options, bool streamPieces)
    {
        Refuse(options);
        var request = new GenerateRequest
        {
            CheckpointId = options?.ModelId ?? "",
            // The same request gets the same answer, with a seed or without.
            Seed = unchecked((ulong)(options?.Seed ?? 0)),
            StreamPieces = streamPieces,
            Sampling = new SamplingOptions
            {
                Temperature = Widen(options?.Temperature) ?? Defaults.Temperature,
                TopP = Widen(options?.TopP) ?? Defaults.TopP,
                TopK = options?.TopK ?? Defaults.TopK,
                MaxNewTokens = options?.MaxOutputTokens ?? Defaults.MaxNewTokens,
            },
        };
        if (!string.IsNullOrEmpty(options?.Instructions))
            request.Messages.Add(new ChatTurn { Role = ChatRole.System.Value, Content = options.Instructions });
        request.Messages.AddRange(messages.Select(Turn));
        return request;
    }

    // By way of the decimal digits: a recipe's 0.6 went through a float and is to arrive as 0.6, not 0.60000002384.
    private static double? Widen(float? value) => value is { } v ? (double)(decimal)v : null;

    private static ChatTurn Turn(ChatMessage message)
    {
        if (message.Role != ChatRole.System && message.Role != ChatRole.User && message.Role != ChatRole.Assistant)
            throw new ModelRequestException($"The trainer knows no chat role '{message.Role}': use system, user or assistant.");
        if (message.Contents.FirstOrDefault(c => c is not TextContent) is { } other)
            throw new ModelRequestException($"The trainer reads text only, not {other.GetType().Name}.");
        return new ChatTurn { Role = message.Role.Value, Content = message.Text };
    }

    private static void Refuse(ChatOptions? options)
    {
        var unknown = options switch
        {
            null => null,
            { Tools.Count: > 0 } => nameof(ChatOptions.Tools),
            { StopSequences.Count: > 0 } => nameof(ChatOptions.StopSequences),
            { FrequencyPenalty: not null and not 0 } => nameof(ChatOptions.FrequencyPenalty),
            { PresencePenalty: not null and not 0 } => nameof(ChatOptions.PresencePenalty),
            { ResponseFormat: not null and not ChatResponseFormatText } => nameof(ChatOptions.ResponseFormat),
            _ => null,
        };
        if (unknown is not null)
            throw new ModelRequestException($"The trainer can't honour {nameof(ChatOptions)}.{unknown}: leave it out.");
    }
}
