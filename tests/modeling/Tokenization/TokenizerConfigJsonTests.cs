using Sgasa.Modeling.Tokenization;

namespace Sgasa.Modeling.Tests.Tokenization;

public sealed class TokenizerConfigJsonTests
{
    [Fact]
    public void Write_TemplateAndTokens_ReadBackByTheChatTemplate()
    {
        using var folder = new TemporaryFolder();

        TokenizerConfigJson.Write(
            folder.Path, "<|end|>", "{{ bos_token }}|{{ eos_token }}|{{ pad_token }}|{{ messages[0].content }}", "<|begin|>");

        ChatTemplate.FromPretrained(folder.Path).Render([new ChatMessage("user", "é\"<b>")], false)
            .ShouldBe("<|begin|>|<|end|>|<|end|>|é\"<b>");
    }

    [Fact]
    public void Write_NoBeginToken_LeavesItUndefined()
    {
        using var folder = new TemporaryFolder();

        TokenizerConfigJson.Write(folder.Path, "<|end|>", "{{ bos_token is defined }}", padToken: "<|pad|>");

        ChatTemplate.FromPretrained(folder.Path).Render([], false).ShouldBe("False");
    }
}
