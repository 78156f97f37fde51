using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Model;

namespace Sgasa.Trainer.Sessions;

/// <summary>
/// Turns texts into what is trained on: the prompt as the chat template renders it for generation, and the completion
/// with the end token, so that training continues exactly what sampling began.
/// </summary>
internal sealed class ExampleEncoder(LoadedModel model)
{
    /// <summary>A prompt and the completion to learn.</summary>
    /// <exception cref="TrainingFailedException">The chat template refuses the prompt.</exception>
    public SftExample Sft(TrainingExample example) => new(Prompt(example.Prompt), Completion(example.Completion));

    /// <summary>A prompt with the chosen and the rejected completion.</summary>
    /// <exception cref="TrainingFailedException">The chat template refuses the prompt.</exception>
    public PreferenceExample Preference(TrainingExample example) => new(
        Prompt(example.Prompt),
        Completion(example.Completion),
        Completion(example.Rejected
            ?? throw new TrainingFailedException("A preference example has no rejected completion.")));

    private int[] Prompt(string text)
    {
        try
        {
            return model.Encode([new ChatMessage("user", text)]);
        }
        catch (ChatTemplateException fault)
        {
            throw new TrainingFailedException(
                $"The model's chat template refuses a training prompt: {fault.Message}", fault);
        }
    }

    /// <summary>What the model is to say: nothing in it but the tokens around the thinking is a token of its own.</summary>
    private int[] Completion(string text) =>
        [.. model.Tokenizer.EncodePlain(text, ChatTemplate.ThinkingTokens), model.EndToken];
}
