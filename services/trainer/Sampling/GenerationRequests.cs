using Google.Protobuf.Collections;
using Sgasa.Contracts;
using Sgasa.Contracts.Grpc;
using Sgasa.Modeling;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Model;

namespace Sgasa.Trainer.Sampling;

/// <summary>Checks requests and turns them into token ids.</summary>
internal sealed class GenerationRequests(LoadedModel model, TrainerOptions options)
{
    private static readonly string[] Roles = ["system", "user", "assistant"];

    /// <summary>The request, ready to run.</summary>
    /// <exception cref="UserErrorException">A field is out of range, or the conversation can't be answered.</exception>
    public PreparedRequest Read(GenerateRequest request)
    {
        if (request.CheckpointId.Length > 0) CheckpointFolders.Relative(request.CheckpointId);
        CheckConversation(request.Messages);
        var promptIds = Encode(request.Messages);
        if (promptIds.Length >= model.Config.ContextLength)
            throw new UserErrorException(
                $"The prompt has {promptIds.Length} tokens, and the context holds "
                + $"{model.Config.ContextLength}, of which the response needs at least one: shorten the prompt.");
        return new PreparedRequest(
            request.CheckpointId, promptIds, Sampling(request.Sampling), request.Seed, request.StreamPieces);
    }

    private void CheckConversation(RepeatedField<ChatTurn> turns)
    {
        if (turns.Count == 0 || turns.Count > options.MaxTurns)
            throw new UserErrorException($"messages has {turns.Count} turns: give from 1 to {options.MaxTurns}.");
        if (turns.FirstOrDefault(turn => !Roles.Contains(turn.Role)) is { } stranger)
            throw new UserErrorException(
                $"messages names the role '{Shown(stranger.Role)}': use {string.Join(", ", Roles)}.");
        var characters = turns.Sum(turn => (long)turn.Content.Length);
        if (characters > options.MaxCharacters)
            throw new UserErrorException(
                $"messages has {characters} characters, and this trainer takes {options.MaxCharacters}: shorten them.");
    }

    private int[] Encode(IEnumerable<ChatTurn> turns)
    {
        try
        {
            return model.Encode([.. turns.Select(turn => new ChatMessage(turn.Role, turn.Content))]);
        }
        catch (ChatTemplateException fault)
        {
            throw new UserErrorException($"The model's chat template refuses the conversation: {fault.Message}", fault);
        }
    }

    private static SamplingConfig Sampling(SamplingOptions? sampling)
    {
        if (sampling is null) throw new UserErrorException("sampling is missing: give at least max_new_tokens.");
        var (temperature, newTokens) = (sampling.Temperature, sampling.MaxNewTokens);
        Require(temperature is >= 0 and <= SamplingConfig.MaxTemperature, "temperature", temperature, $"from 0 to {SamplingConfig.MaxTemperature}");
        Require(sampling.TopP is >= 0 and <= 1, "top_p", sampling.TopP, "from 0 to 1");
        Require(sampling.TopK >= 0, "top_k", sampling.TopK, "0 or more");
        Require(newTokens is >= 1 and <= SamplingConfig.MostNewTokens, "max_new_tokens", newTokens, $"from 1 to {SamplingConfig.MostNewTokens}");
        return new SamplingConfig
        {
            Temperature = sampling.Temperature,
            TopP = sampling.TopP == 0 ? 1 : sampling.TopP,
            TopK = sampling.TopK,
            MaxNewTokens = sampling.MaxNewTokens,
        };
    }

    private static void Require(bool right, string field, double value, string range)
    {
        if (!right) throw new UserErrorException($"sampling.{field} is {value}: give {range}.");
    }

    private static string Shown(string text) =>
        (text.Length <= 40 ? text : text[..40] + "…").ReplaceLineEndings(" ");
}
