using Sgasa.Modeling.Tokenization;

namespace Sgasa.Modeling.Tests.Tokenization;

public sealed class TokenizerJsonTests
{
    private static readonly string[] Corpus =
        [.. Enumerable.Range(0, 40).Select(i => $"The quiet harbour keeps {i} boats; naïve gulls don't mind the 東京 fog. <think>")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Write_TrainedVocabulary_ReadsBackAndRoundTripsText()
    {
        using var folder = new TemporaryFolder();
        var vocabulary = BpeTrainer.Train(Corpus, 400, cancellationToken: Token);
        AddedToken[] added = [new("<|end|>"), new("<think>", special: false)];

        TokenizerJson.Write(folder.Path, vocabulary, added);

        var tokenizer = Tokenizer.FromPretrained(folder.Path);
        tokenizer.Count.ShouldBe(vocabulary.Tokens.Count + 2);
        tokenizer.TokenToId("<think>").ShouldBe(vocabulary.Tokens.Count + 1);
        var text = "Quiet gulls don't fog.<think>東京<|end|>";
        tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(text);
        tokenizer.Decode(tokenizer.Encode(text), skipSpecialTokens: true).ShouldBe("Quiet gulls don't fog.<think>東京");
        tokenizer.Encode(" harbour").Length.ShouldBe(1);
    }

    [Fact]
    public void Write_WithBeginToken_EncodesItFirst()
    {
        using var folder = new TemporaryFolder();

        TokenizerJson.Write(folder.Path, BpeTrainer.Train(Corpus, 300, cancellationToken: Token), [new("<|begin|>")], beginToken: "<|begin|>");

        var tokenizer = Tokenizer.FromPretrained(folder.Path);
        tokenizer.Encode("a", addSpecialTokens: true).ShouldBe([tokenizer.TokenToId("<|begin|>")!.Value, .. tokenizer.Encode("a")]);
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();

        TokenizerJson.Write(folder.Path, BpeTrainer.Train(Corpus, 350, cancellationToken: Token), [new("<|end|>")]);
        var first = File.ReadAllBytes(folder["tokenizer.json"]);
        TokenizerJson.Write(folder.Path, BpeTrainer.Train(Corpus.Reverse(), 350, cancellationToken: Token), [new("<|end|>")]);

        File.ReadAllBytes(folder["tokenizer.json"]).ShouldBe(first);
        Directory.GetFiles(folder.Path).ShouldHaveSingleItem();
    }
}
