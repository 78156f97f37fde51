using System.Text.Json;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests.Data;

/// <summary>What is learnt of a row, written out as text: prompt | completion.</summary>
public sealed class ExampleEncoderTests
{
    private const string User = """{"role": "user", "content": "Hi"}""";

    [Fact]
    public void Sft_Texts_AreTakenAsTheyAreWithAnEndToken() =>
        Sft("qwen3", """{"prompt": "The sky is", "completion": " blue."}""").ShouldBe(["The sky is| blue.<|im_end|>"]);

    [Fact]
    public void Sft_TextsOfATokenizerWithABeginToken_HaveItOnce() =>
        Sft("llama3-rope", """{"prompt": "The sky is", "completion": " blue."}""")
            .ShouldBe(["<|begin_of_text|>The sky is| blue.<|eot_id|>"]);

    [Fact]
    public void Sft_TextsAsChat_GoThroughTheTemplate() =>
        Sft("llama3-rope", """{"prompt": "Hi", "completion": "Yo"}""", textsAreChat: true).Single()
            .ShouldEndWith("Hi<|eot_id|>\n<|start_header_id|>assistant<|end_header_id|>\n\n|Yo<|eot_id|>\n");

    [Fact]
    public void Sft_Messages_LearnWhatTheAssistantSays()
    {
        var row = $$"""{"prompt": [{{User}}], "completion": [{"role": "assistant", "content": "Yo"}]}""";

        var example = Sft("llama3-rope", row).Single();

        example.ShouldEndWith("<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>\n"
            + "<|start_header_id|>assistant<|end_header_id|>\n\n|Yo<|eot_id|>\n");
    }

    [Fact]
    public void Sft_ChatTemplateKwargs_AreTheTemplatesVariables()
    {
        var row = $$"""{"prompt": [{{User}}], "completion": [{"role": "assistant", "content": "Yo"}], "chat_template_kwargs": K}""";

        var thinks = Sft("qwen3", row.Replace("K", """{"enable_thinking": true}""", StringComparison.Ordinal)).Single();
        var answers = Sft("qwen3", row.Replace("K", """{"enable_thinking": false}""", StringComparison.Ordinal)).Single();

        answers.ShouldEndWith("<|im_start|>assistant\n<think>\n\n</think>\n\n|Yo<|im_end|>\n");
        thinks.ShouldNotBe(answers);
    }

    [Theory]
    [InlineData("""[{"type": "function", "function": {"name": "bake", "description": "d"}}]""")]
    [InlineData("""
        "[{\"type\": \"function\", \"function\": {\"name\": \"bake\", \"description\": \"d\"}}]"
        """)]
    public void Sft_Tools_AreShownToTheModel(string tools)
    {
        var row = $$"""{"prompt": [{{User}}], "completion": [{"role": "assistant", "content": "Yo"}], "tools": {{tools}}}""";

        Sft("qwen3", row).Single().Split('|')[..^1].ShouldContain(part => part.Contains("\"name\": \"bake\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Sft_ToolThatSpellsAControlToken_IsText()
    {
        const string tools = """[{"type": "function", "function": {"name": "bake", "description": "a<|im_end|>b"}}]""";
        var plain = $$"""{"prompt": [{{User}}], "completion": [{"role": "assistant", "content": "Yo"}], "tools": {{tools}}}""";

        var prompt = Encoder("qwen3").Sft(Row(plain)).Single().PromptIds;
        var other = Encoder("qwen3").Sft(Row(plain.Replace("<|im_end|>", "", StringComparison.Ordinal))).Single().PromptIds;

        var end = Tokenizer("qwen3").TokenToId("<|im_end|>");
        prompt.Count(id => id == end).ShouldBe(other.Count(id => id == end));
        Tokenizer("qwen3").Decode(prompt).ShouldContain("a<|im_end|>b");
    }

    // The template opens a thought for generation, and leaves thoughts out of finished answers.
    [Theory]
    [InlineData("<think>\\nwhy\\n</think>\\n\\nYo", "<think>\n|why\n</think>\n\nYo<｜end▁of▁sentence｜>")]
    [InlineData("why\\n</think>\\n\\nYo", "<think>\n|why\n</think>\n\nYo<｜end▁of▁sentence｜>")]
    [InlineData("Yo", "|Yo<｜end▁of▁sentence｜>")]
    public void Sft_TemplateThatDropsThoughts_LearnsThemWhereThereAre(string answer, string expected)
    {
        var row = $$"""{"prompt": [{{User}}], "completion": [{"role": "assistant", "content": "{{answer}}"}]}""";

        Sft("qwen2-r1", row).ShouldBe(["<｜begin▁of▁sentence｜><｜User｜>Hi<｜Assistant｜>" + expected]);
    }

    [Fact]
    public void Sft_MessageThatSpellsAControlToken_LearnsItAsText()
    {
        var row = $$"""{"prompt": [{{User}}], "completion": [{"role": "assistant", "content": "a<|im_end|>b"}]}""";

        var completion = Encoder("qwen3").Sft(Row(row)).Single().CompletionIds;

        completion.Count(id => id == Tokenizer("qwen3").TokenToId("<|im_end|>")).ShouldBe(1);
        Tokenizer("qwen3").Decode(completion).ShouldContain("a<|im_end|>b<|im_end|>");
    }

    [Fact]
    public void Sft_Conversation_IsOneExampleForEachTimeTheAssistantSpeaks()
    {
        var row = $$"""
            {"messages": [{{User}}, {"role": "assistant", "content": "Yo"}, {"role": "user", "content": "More"},
             {"role": "assistant", "content": "No"}]}
            """;

        Sft("qwen2-r1", row).ShouldBe(
            [
                "<｜begin▁of▁sentence｜><｜User｜>Hi<｜Assistant｜>|Yo<｜end▁of▁sentence｜>",
                "<｜begin▁of▁sentence｜><｜User｜>Hi<｜Assistant｜>Yo<｜end▁of▁sentence｜>"
                    + "<｜User｜>More<｜Assistant｜>|No<｜end▁of▁sentence｜>",
            ]);
    }

    [Theory]
    [InlineData("""{"prompt": "A", "chosen": "b", "rejected": "c"}""", "A|b<｜end▁of▁sentence｜>|c<｜end▁of▁sentence｜>")]
    [InlineData(
        """{"prompt": [U], "chosen": [{"role": "assistant", "content": "b"}], "rejected": [A"c"}]}""",
        "<｜User｜>Hi<｜Assistant｜>|b<｜end▁of▁sentence｜>|c<｜end▁of▁sentence｜>")]
    [InlineData(
        """{"chosen": [U, {"role": "assistant", "content": "b"}], "rejected": [U, {"role": "assistant", "content": "c"}]}""",
        "<｜User｜>Hi<｜Assistant｜>|b<｜end▁of▁sentence｜>|c<｜end▁of▁sentence｜>")]
    // One answer thinks and the other does not: the prompt is what both have in common.
    [InlineData(
        """{"prompt": [U], "chosen": [A"t</think>b"}], "rejected": [A"c"}]}""",
        "<｜User｜>Hi<｜Assistant｜>|<think>\nt</think>b<｜end▁of▁sentence｜>|c<｜end▁of▁sentence｜>")]
    public void Preference_EachShape_HasOnePromptAndTwoCompletions(string row, string expected)
    {
        var pair = Encoder("qwen2-r1").Preference(Row(row
            .Replace("U", User, StringComparison.Ordinal)
            .Replace("[A\"", "[{\"role\": \"assistant\", \"content\": \"", StringComparison.Ordinal)));

        Text("qwen2-r1", pair.PromptIds, pair.ChosenIds, pair.RejectedIds).ShouldBe("<｜begin▁of▁sentence｜>" + expected);
    }

    [Fact]
    public void Preference_ReferenceColumns_AreTakenOver()
    {
        var row = """{"prompt": "A", "chosen": "b", "rejected": "c", "ref_chosen_logps": -1.5, "ref_rejected_logps": -2}""";

        var pair = Encoder("qwen3").Preference(Row(row));

        (pair.RefChosenLogp, pair.RefRejectedLogp).ShouldBe((-1.5, -2));
    }

    [Theory]
    [InlineData("""{"text": "A"}""", "there is no column 'prompt'")]
    [InlineData("""{"prompt": "A"}""", "there is no column 'completion'")]
    [InlineData("""{"prompt": "A", "completion": ""}""", "column 'completion': is empty.")]
    [InlineData("""{"prompt": "A", "completion": null}""", "there is no column 'completion'")]
    [InlineData("""{"prompt": 3, "completion": "b"}""", "column 'prompt': is a number. Make all its columns texts")]
    [InlineData("""{"prompt": "A", "completion": [{"role": "assistant", "content": "b"}]}""", "column 'completion': is a list.")]
    [InlineData("""{"prompt": [{"content": "b"}], "completion": []}""", "column 'prompt': has a message without a role.")]
    [InlineData("""{"messages": []}""", "column 'messages': is an empty list of messages.")]
    [InlineData("""{"messages": [{"role": "user", "content": "b"}]}""", "column 'messages': has no assistant's message")]
    [InlineData("""{"prompt": "A\ud800", "completion": "b"}""", "column 'prompt': is not valid Unicode text.")]
    [InlineData(
        """{"prompt": [{"role": "wizard", "content": "b"}], "completion": [{"role": "assistant", "content": "b"}]}""",
        "column 'completion': is refused by the model's chat template: Unknown role: wizard.")]
    [InlineData(
        """{"prompt": [{"role": "user", "content": "b"}], "completion": [{"role": "assistant", "content": "b"}], "tools": 3}""",
        "column 'tools': is no list.")]
    [InlineData(
        """{"prompt": [{"role": "user", "content": "b"}], "completion": [{"role": "assistant", "content": "b"}], "tools": "{"}""",
        "column 'tools': is a text that is no JSON.")]
    [InlineData(
        """{"messages": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "b"}], "chat_template_kwargs": [1]}""",
        "column 'chat_template_kwargs': is no object.")]
    [InlineData(
        """{"messages": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "b"}], "chat_template_kwargs": {"messages": []}}""",
        "column 'chat_template_kwargs': sets 'messages'")]
    public void Sft_WrongRow_NamesRowAndColumn(string row, string fault)
    {
        var error = Should.Throw<DatasetException>(() => Encoder("qwen2-r1").Sft(Row(row)));

        error.Message.ShouldStartWith("data.jsonl:7");
        error.Message.ShouldContain(fault);
    }

    [Theory]
    [InlineData("""{"chosen": "b", "rejected": "c"}""", "column 'prompt': is missing.")]
    [InlineData(
        """{"chosen": [{"role": "user", "content": "b"}], "rejected": [{"role": "user", "content": "c"}]}""",
        "column 'chosen': shares no first message with 'rejected'.")]
    [InlineData(
        """{"prompt": "A", "chosen": "b", "rejected": "c", "ref_chosen_logps": "x"}""", "'ref_chosen_logps': is not a finite")]
    public void Preference_WrongRow_NamesRowAndColumn(string row, string fault)
    {
        var error = Should.Throw<DatasetException>(() => Encoder("qwen2-r1").Preference(Row(row)));

        error.Message.ShouldStartWith("data.jsonl:7");
        error.Message.ShouldContain(fault);
    }

    [Theory, InlineData("qwen2-r1"), InlineData("qwen3"), InlineData("llama-deep"), InlineData("llama3-rope")]
    public void Sft_EachModelsTemplate_PromptAndCompletionAreTheWholeConversation(string model)
    {
        var template = ChatTemplate.FromPretrained(Parity.PathOf(model, "model"));
        var row = Row($$"""{"messages": [{{User}}, {"role": "assistant", "content": "Yo"}]}""");

        var example = Encoder(model).Sft(row).Single();

        var whole = template.Render([new("user", "Hi"), new("assistant", "Yo")], addGenerationPrompt: false);
        Tokenizer(model).Decode([.. example.PromptIds, .. example.CompletionIds]).ShouldBe(whole);
        Tokenizer(model).Decode(example.CompletionIds).ShouldContain("Yo");
        Tokenizer(model).Decode(example.CompletionIds).ShouldNotContain("Hi", Case.Sensitive);
    }

    private static List<string> Sft(string model, string row, bool textsAreChat = false) =>
        [.. Encoder(model, textsAreChat).Sft(Row(row)).Select(example => Text(model, example.PromptIds, example.CompletionIds))];

    private static string Text(string model, params IReadOnlyList<int>[] parts) =>
        string.Join('|', parts.Select(ids => Tokenizer(model).Decode(ids)));

    private static DatasetRow Row(string json) => new("data.jsonl:7", JsonDocument.Parse(json).RootElement);

    private static Tokenizer Tokenizer(string model) =>
        Modeling.Tokenizer.FromPretrained(Parity.PathOf(model, "model"));

    private static ExampleEncoder Encoder(string model, bool textsAreChat = false)
    {
        using var folder = ModelFolder.Open(Parity.PathOf(model, "model"));
        var end = EndToken.Find(folder.Path, folder.Tokenizer, folder.Config);
        return new ExampleEncoder(folder.Tokenizer, ChatTemplate.FromPretrained(folder.Path), end) { TextsAreChat = textsAreChat };
    }
}
