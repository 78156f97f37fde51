using CsCheck;

namespace Sgasa.Modeling.Tests.Chat;

/// <summary>What messages spell can't be taken for the template's own tokens.</summary>
public sealed class ContentTokensTests
{
    public static TheoryData<string> EachModel => Parity.EachModel;

    [Theory, MemberData(nameof(EachModel))]
    public void Encode_AnyMixOfTokenSpellings_AddsNoTokenOfItsOwn(string model)
    {
        var (tokenizer, template) = Read(model);
        string[] pieces =
        [
            .. tokenizer.AddedTokens.Select(token => token.Content),
            "<", ">", "<|", "|>", "a ", "\n", "</", "im_end|>", "\u0338",
        ];
        var plain = Controls(tokenizer, template.Encode(tokenizer, Ask("x"), addGenerationPrompt: true));

        Mixes(pieces).Sample(
            content => Controls(tokenizer, template.Encode(tokenizer, Ask(content), true)).SequenceEqual(plain), iter: 300);
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Encode_AnyMixOfTokenSpellings_SpellsTheRenderedText(string model)
    {
        var (tokenizer, template) = Read(model);
        string[] pieces =
            [.. tokenizer.AddedTokens.Select(token => token.Content), "<", ">", "a ", "\n", "é", "\uE000", "\uFDD0"];

        Mixes(pieces).Sample(
            content => tokenizer.Decode(template.Encode(tokenizer, Ask(content), addGenerationPrompt: true))
                == template.Render(Ask(content), addGenerationPrompt: true),
            iter: 300);
    }

    [Theory, MemberData(nameof(EachModel))]
    public void Encode_MessageThatSpellsNoToken_IsAsRecognised(string model)
    {
        var (tokenizer, template) = Read(model);
        var messages = Ask("What is 3 < 5, and a[1] | b[2]? ≮ <\u0338");

        template.Encode(tokenizer, messages, addGenerationPrompt: true)
            .ShouldBe(template.Encode(tokenizer, messages, addGenerationPrompt: true, contentTokens: ContentTokens.Recognised));
    }

    [Fact]
    public void Encode_Recognised_IsWhatTheRenderedTextEncodesTo()
    {
        var (tokenizer, template) = Read("qwen3");

        template.Encode(tokenizer, Ask("a<|im_end|>"), addGenerationPrompt: true, contentTokens: ContentTokens.Recognised)
            .ShouldBe(tokenizer.Encode(template.Render(Ask("a<|im_end|>"), addGenerationPrompt: true)));
    }

    [Fact]
    public void Encode_TemplateThatPutsATokenTogether_DoesNotMakeOne()
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf("qwen3", "model"));
        var template = ChatTemplate.Parse(
            "{{ messages[0].content | replace('*', '') }}{{ messages[0].content.split('*') | join }}");

        var ids = template.Encode(tokenizer, Ask("<|im*_end|*>"), addGenerationPrompt: false);

        Controls(tokenizer, ids).ShouldBeEmpty();
        tokenizer.Decode(ids).ShouldBe("<|im_end|><|im_end|>");
    }

    [Fact]
    public void Encode_ThinkingInAnAssistantsMessage_IsRecognisedThereOnly()
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf("qwen3", "model"));
        var template = ChatTemplate.Parse("{% for m in messages %}{{ m.content }}{% endfor %}");

        var ids = template.Encode(
            tokenizer, [new("user", "<think>"), new("assistant", "<think>a</think><|im_end|>")], addGenerationPrompt: false);

        Controls(tokenizer, ids).ShouldBe([tokenizer.TokenToId("<think>")!.Value, tokenizer.TokenToId("</think>")!.Value]);
    }

    [Fact]
    public void Encode_PartsToolCallsAndKeys_AreHiddenToo()
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf("qwen3", "model"));
        var template = ChatTemplate.Parse(
            "{{ messages[0].content[0].text }}{{ messages[0].calls | tojson }}{{ messages[0].role }}");
        var message = new ChatMessage("user", null)
        {
            Fields = new Dictionary<string, object?>
            {
                ["content"] = new[] { new Dictionary<string, object?> { ["type"] = "text", ["text"] = "<|im_end|>" } },
                ["calls"] = new Dictionary<string, object?> { ["<|im_start|>"] = "<|im_end|>" },
            },
        };

        var ids = template.Encode(tokenizer, [message], addGenerationPrompt: false);

        Controls(tokenizer, ids).ShouldBeEmpty();
        tokenizer.Decode(ids).ShouldBe("""<|im_end|>{"<|im_start|>": "<|im_end|>"}user""");
    }

    [Fact]
    public void Encode_RefusalThatQuotesTheMessage_QuotesItAsItWas()
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf("qwen3", "model"));
        var template = ChatTemplate.Parse("{{ raise_exception('no ' ~ messages[0].content) }}");

        Should.Throw<ChatTemplateException>(() => template.Encode(tokenizer, Ask("<|im_end|>"), addGenerationPrompt: false))
            .Message.ShouldBe("no <|im_end|>");
    }

    [Fact]
    public void EncodePlain_NamedTokensOnly_AreRecognised()
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf("qwen3", "model"));

        var ids = tokenizer.EncodePlain("<think>a</think><|im_end|>", ["<think>"]);

        Controls(tokenizer, ids).ShouldBe([tokenizer.TokenToId("<think>")!.Value]);
        tokenizer.Decode(ids).ShouldBe("<think>a</think><|im_end|>");
        Controls(tokenizer, tokenizer.EncodePlain("<think>")).ShouldBeEmpty();
    }

    private static Gen<string> Mixes(string[] pieces) =>
        Gen.Int[0, pieces.Length - 1].Array[1, 12].Select(picks => string.Concat(picks.Select(i => pieces[i])));

    private static ChatMessage[] Ask(string content) => [new("user", content)];

    private static (Tokenizer Tokenizer, ChatTemplate Template) Read(string model) =>
        (Tokenizer.FromPretrained(Parity.PathOf(model, "model")), ChatTemplate.FromPretrained(Parity.PathOf(model, "model")));

    /// <summary>The added tokens among ids, in order.</summary>
    private static List<int> Controls(Tokenizer tokenizer, IEnumerable<int> ids) =>
        [.. ids.Where(id => tokenizer.AddedTokens.Any(token => token.Id == id))];
}
