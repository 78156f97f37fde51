using Sgasa.Modeling;
using Sgasa.Parity.Tests.Support;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>Conversations to text, by the model's own template, and on to ids.</summary>
internal static class ChatChecks
{
    public static void Conversations(GoldenModel golden)
    {
        foreach (var (i, test) in golden.Expected["chat"].Items().Index())
        {
            var what = $"conversation {i}, {test["name"].Text()}";
            ChatMessage[] messages = [.. test["messages"].Read().EnumerateArray().Select(ChatMessage.FromJson)];
            var extra = test["kwargs"].Read().EnumerateObject().ToDictionary(field => field.Name, field => (object?)field.Value);
            var prompt = test["add_generation_prompt"].Bool();

            if (test.Find("error") is { } error)
            {
                Should.Throw<ChatTemplateException>(() => golden.Template.Render(messages, prompt, extra), what)
                    .Message.ShouldBe(error.Text(), what);
                continue;
            }
            var text = golden.Template.Render(messages, prompt, extra);
            text.ShouldBe(test["text"].Text(), what);
            golden.Tokenizer.Encode(text).ShouldBe(test["ids"].Ints(), what);
        }
    }

    public static void Prompts(GoldenModel golden)
    {
        foreach (var (i, prompt) in golden.Prompts.Index())
        {
            var kind = prompt["kind"].Text();
            kind.ShouldBeOneOf("text", "chat");
            if (kind == "chat") golden.Render(prompt["messages"]).ShouldBe(prompt["text"].Text(), $"prompt {i}");
            golden.Tokenizer.Encode(prompt["text"].Text(), addSpecialTokens: kind == "text")
                .ShouldBe(prompt["ids"].Ints(), $"prompt {i}");
            golden.Tokenizer.Encode(prompt["completion_text"].Text())
                .ShouldBe(prompt["completion_ids"].Ints(), $"completion {i}");
            golden.Tokenizer.Decode(prompt["greedy_ids"].Ints()).ShouldBe(prompt["greedy_text"].Text(), $"response {i}");
        }
    }
}
