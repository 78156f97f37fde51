using System.Text.Json.Nodes;
using CsCheck;

namespace Sgasa.Modeling.Tests.Tokenization;

public sealed class TokenizerTests
{
    [Fact]
    public void Encode_LoneSurrogate_IsReadAsReplacementCharacter()
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf("qwen3", "model"));

        tokenizer.Decode(tokenizer.Encode("a\uD800b")).ShouldBe("a\uFFFDb");
    }

    [Fact]
    public void Encode_AnyTextWithoutNormalizer_DecodesToItself()
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf("llama3-rope", "model")); // has no normalizer

        Gen.String.Sample(text => tokenizer.Decode(tokenizer.Encode(text)) == Tokenizer.WellFormed(text));
    }

    [Fact]
    public void Decode_IdOutsideTheVocabulary_GivesNothing()
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf("qwen3", "model"));

        tokenizer.Decode([64, 1_000_000, -1, 65]).ShouldBe("ab");
    }

    [Fact]
    public void TokenToId_KnownAndUnknown_GivesIdOrNull()
    {
        var tokenizer = Tokenizer.FromPretrained(Parity.PathOf("qwen3", "model"));

        tokenizer.TokenToId("<|im_end|>").ShouldBe(982);
        tokenizer.TokenToId("no such token").ShouldBeNull();
        tokenizer.IsSpecial(982).ShouldBeTrue();
        tokenizer.IsSpecial(tokenizer.TokenToId("<think>")!.Value).ShouldBeFalse();
    }

    [Theory]
    [InlineData("model/type", "\"Unigram\"", "'Unigram' is not supported")]
    [InlineData("model/vocab", "{\"a\":0,\"b\":0}", "has id 0, which another token has too")]
    [InlineData("model/vocab", "{\"a\":99999999}", "outside 0..")]
    [InlineData("model/merges", "[\"q zz\"]", "which the vocabulary lacks")]
    [InlineData("model/merges", "[5]", "is not a pair of tokens")]
    [InlineData("model/byte_fallback", "true", "byte_fallback")]
    [InlineData("normalizer/type", "\"Lowercase\"", "'Lowercase' is not supported")]
    [InlineData("pre_tokenizer/type", "\"Metaspace\"", "'Metaspace' is not supported")]
    [InlineData("pre_tokenizer/pretokenizers/0/pattern/Regex", "\"(unclosed\"", "the pattern is not supported")]
    [InlineData("decoder/type", "\"WordPiece\"", "'WordPiece' is not supported")]
    [InlineData("added_tokens/0/content", "\"\"", "is empty")]
    [InlineData("post_processor/type", "\"BertProcessing\"", "'BertProcessing' is not supported")]
    public void FromFolder_UnsupportedOrDamagedField_NamesFileAndField(string field, string json, string message)
    {
        using var folder = new TemporaryFolder();
        var root = JsonNode.Parse(File.ReadAllText(Parity.PathOf("qwen2-r1", "model", "tokenizer.json")))!;
        Set(root, field.Split('/'), JsonNode.Parse(json));
        File.WriteAllText(folder["tokenizer.json"], root.ToJsonString());

        var error = Should.Throw<ModelFormatException>(() => Tokenizer.FromPretrained(folder.Path));

        error.Message.ShouldContain("tokenizer.json");
        error.Message.ShouldContain(message);
        error.Message.ShouldNotContain('\n');
    }

    [Fact]
    public void FromFolder_NoTokenizer_SaysWhichFileIsMissing()
    {
        using var folder = new TemporaryFolder();

        var error = Should.Throw<ModelFormatException>(() => Tokenizer.FromPretrained(folder.Path));

        error.Message.ShouldContain(folder["tokenizer.json"]);
        error.Message.ShouldContain("there is no such file");
    }

    private static void Set(JsonNode root, string[] path, JsonNode? value)
    {
        var parent = path[..^1].Aggregate(root, (node, part) => int.TryParse(part, out var i) ? node[i]! : node[part]!);
        parent[path[^1]] = value;
    }
}
