using Sgasa.TinyWorld;

namespace Sgasa.TinyModel;

/// <summary>The tiny model's chat format: ChatML turns, the assistant's beginning with its thinking.</summary>
internal static class TinyChat
{
    public const string TurnStart = "<|im_start|>";
    public const string TurnEnd = "<|im_end|>";
    public const string EndOfText = "<|endoftext|>";

    /// <summary>The template as Hugging Face tokenizers carry it.</summary>
    public const string Template =
        "{%- for message in messages %}{{- '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
        + "{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n<think>\n' }}{%- endif %}";

    /// <summary>A pre-training text: the rendered prompt, and the completion with its end token.</summary>
    public static (string Prompt, string Completion) Render(WorldDocument document) =>
        (Prompt(document.User), document.Completion + TurnEnd);

    /// <summary>One user message as the template renders it, with the generation prompt.</summary>
    public static string Prompt(string user) => $"{TurnStart}user\n{user}{TurnEnd}\n{TurnStart}assistant\n<think>\n";
}
